# tap.sh - TAP for test scripts in shell, sourced: a line for each result, with what is in "$work/err" when it failed, and
# at the end the count.
# shellcheck shell=sh

n=0 bad=0
ok() { # CONDITION-STATUS NAME
    n=$((n + 1))
    if [ "$1" = 0 ]; then echo "ok $n - $2"; else
        echo "not ok $n - $2"
        bad=$((bad + 1))
        [ -f "$work/err" ] && sed 's/^/# /' "$work/err" | head -20
    fi
}
skip() { # NAME WHY
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}
skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}
plan() { # the last command of a script
    echo "1..$n"
    [ $bad = 0 ]
}
