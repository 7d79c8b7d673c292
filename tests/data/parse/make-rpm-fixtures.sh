#!/bin/sh
# make-rpm-fixtures.sh - the rpm databases under rpm_bdb/, rpm_ndb/ and rpm_sqlite/, made by rpm itself.
#
# Needs root (rpm --root), and Debian's rpm, sqlite3 and db5.3-util. Builds a few small packages, installs them
# into a fresh root for each kind of database, and takes the databases. Times of installation differ, so the
# files do from run to run; the facts do not.
#
# rpmdb.sqlite has 19 more tables, all indexes: they are dropped from the fixtures because they have 200 KB.
# rpm reads Berkeley DB but no longer writes it: db5.3_load makes those files from the headers of the first.
# Debian's rpm has no NDB: with RPMPKG_C=lib/backend/ndb/rpmpkg.c of rpm's source, that writes them; without
# it, the ones that are there stay.
#
#   make-rpm-fixtures.sh [ROOT]    keep the installed root under ROOT, to compare with `rpm --root ROOT -qa`
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=${1:-$work/root}
export SOURCE_DATE_EPOCH=1700000000 LC_ALL=C TZ=UTC HOME="$work"

spec() { # NAME VERSION RELEASE EXTRA-TAGS COMMANDS FILES
    cat <<EOF
Name: $1
Version: $2
Release: $3
Summary: A package to read back
License: Apache-2.0 AND (MIT OR GPL-2.0-or-later)
BuildArch: noarch
$4
%description
Nothing of use.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/$1
$5
%files
$6
EOF
}

mkdir -p "$work/spec"
spec alpha 1.2.3 4.el9 'Vendor: Example Vendor' 'touch %{buildroot}/usr/bin/alpha' '/usr/bin/alpha' >"$work/spec/alpha.spec"
spec with-epoch 5.0~rc1 1.el9 'Epoch: 2
Packager: Jo Packager <jo@example.org>' 'touch %{buildroot}/usr/bin/with-epoch; ln -s with-epoch %{buildroot}/usr/bin/we' \
    '/usr/bin/with-epoch
/usr/bin/we
%dir /usr/share/with-epoch' >"$work/spec/with-epoch.spec"
spec zero-epoch 7 1 'Epoch: 0' 'touch %{buildroot}/usr/bin/zero' '/usr/bin/zero' >"$work/spec/zero-epoch.spec"
spec modular 10.1 3.module+el8.5.0+1 'ModularityLabel: nodejs:16:8050020211213115342:c5368500' ':' '' >"$work/spec/modular.spec"
spec gpg-pubkey 3228467c 613798eb '' ':' '' >"$work/spec/gpg-pubkey.spec" # as the pseudo packages of trusted keys
spec many-files 1 1 'Vendor: Example Vendor' \
    'for i in $(seq 100); do mkdir -p %{buildroot}/usr/share/many-files/d$((i % 7)); touch %{buildroot}/usr/share/many-files/d$((i % 7))/file-number-$i.txt; done' \
    '/usr/share/many-files' >"$work/spec/many-files.spec"
cat >>"$work/spec/many-files.spec" <<'EOF'
%package -n sub-of-many
Summary: Built from a source of another name
Version: 9.9
%description -n sub-of-many
Nothing of use.
%files -n sub-of-many
%ghost /usr/share/many-files/ghost
EOF

for s in "$work"/spec/*.spec; do
    rpmbuild --quiet -bb --define "_topdir $work/top" --define '_buildhost example.org' --define '_build_id_links none' \
        --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' "$s"
done

in_root() {
    rpm --root "$root" --define '_db_backend sqlite' --define '_dbpath /var/lib/rpm' "$@" 2>/dev/null
}
mkdir -p "$root"
in_root --initdb
in_root --nodeps --noscripts -i "$work"/top/RPMS/noarch/*.rpm
db=$root/var/lib/rpm/rpmdb.sqlite

case_dir() { # PARSER CASE PATH
    mkdir -p "$here/$1/$2"
    echo "$3" >"$here/$1/$2/path"
    echo "$here/$1/$2/input"
}

# SQLite: as rpm leaves it (write-ahead mode), and as another program may rewrite it.
small=$work/small.sqlite
cp "$db" "$small"
for t in $(sqlite3 "$small" "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('Packages', 'sqlite_sequence')"); do
    sqlite3 "$small" "DROP TABLE \"$t\""
done
sqlite3 "$small" VACUUM
sqlite3 "$small" 'PRAGMA journal_mode = DELETE' >/dev/null
cp "$small" "$(case_dir rpm_sqlite rollback usr/lib/sysimage/rpm/rpmdb.sqlite)"
sqlite3 "$small" 'PRAGMA journal_mode = WAL' >/dev/null
cp "$small" "$(case_dir rpm_sqlite write-ahead var/lib/rpm/rpmdb.sqlite)"
sqlite3 "$small" "UPDATE Packages SET blob = substr(blob, 1, 500) WHERE hnum IN (2, 3)"
sqlite3 "$small" 'PRAGMA journal_mode = DELETE' >/dev/null
cp "$small" "$(case_dir rpm_sqlite damaged-headers var/lib/rpm/rpmdb.sqlite)"
head -c 10000 "$here/rpm_sqlite/rollback/input" >"$(case_dir rpm_sqlite cut var/lib/rpm/rpmdb.sqlite)"
# The schema is the image's: a view must not run.
sqlite3 "$small" "ALTER TABLE Packages RENAME TO Hidden;
    CREATE VIEW Packages AS SELECT blob FROM Hidden; DELETE FROM Hidden; VACUUM" >/dev/null
cp "$small" "$(case_dir rpm_sqlite hostile-view var/lib/rpm/rpmdb.sqlite)"
sqlite3 "$work/generated.sqlite" "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob BLOB AS (zeroblob(60000000)));
    INSERT INTO Packages(hnum) VALUES (1)"
cp "$work/generated.sqlite" "$(case_dir rpm_sqlite hostile-generated-column var/lib/rpm/rpmdb.sqlite)"

# A log that was not written back: the database is open while the copy is made.
cp "$db" "$work/open.sqlite"
wal=$(case_dir rpm_sqlite log-left var/lib/rpm/rpmdb.sqlite-wal)
sqlite3 "$work/open.sqlite" 'PRAGMA journal_mode = WAL' "DELETE FROM Name WHERE key = 'alpha'" \
    ".shell cp $work/open.sqlite-wal $wal" >/dev/null

# NDB: six headers put one by one, then the second deleted, which leaves a free slot.
ndb() {
    mkdir -p "$work/ndb/rpm"
    touch "$work/ndb/rpm/rpmlog.h"
    cat >"$work/ndb/rpm/rpmtypes.h" <<'EOF'
typedef enum { RPMRC_OK, RPMRC_NOTFOUND, RPMRC_FAIL } rpmRC;
EOF
    cat >"$work/ndb/system.h" <<'EOF'
#include <stddef.h>
#include <stdlib.h>
#define _(text) text
#define rpmlog(...) ((void)0)
#define xmalloc malloc
#define xcalloc calloc
#define xrealloc realloc
#define xstrdup strdup
#include <string.h>
EOF
    cat >"$work/ndb/put.c" <<'EOF'
#include "system.h"
#include "rpmpkg.h"
#include <fcntl.h>
#include <stdio.h>
int main(int n, char **file)
{
    static unsigned char blob[1 << 20];
    unsigned int number;
    rpmpkgdb db;
    if (rpmpkgOpen(&db, file[1], O_RDWR | O_CREAT, 0644))
        return 1;
    for (int i = 2; i < n; i++) {
        FILE *f = fopen(file[i], "r");
        if (rpmpkgNextPkgIdx(db, &number) || rpmpkgPut(db, number, blob, fread(blob, 1, sizeof blob, f)))
            return 1;
        fclose(f);
    }
    if (rpmpkgDel(db, 2))
        return 1;
    rpmpkgClose(db);
    return 0;
}
EOF
    for i in $(sqlite3 "$db" 'SELECT hnum FROM Packages'); do
        sqlite3 "$db" "SELECT writefile('$work/ndb/$i.header', blob) FROM Packages WHERE hnum = $i" >/dev/null
    done
    cc -w -D_GNU_SOURCE -I"$work/ndb" -I"$(dirname "$RPMPKG_C")" -o "$work/ndb/put" "$work/ndb/put.c" "$RPMPKG_C"
    "$work/ndb/put" "$work/ndb/Packages.db" "$work"/ndb/*.header
    cp "$work/ndb/Packages.db" "$(case_dir rpm_ndb small usr/lib/sysimage/rpm/Packages.db)"
    head -c 12000 "$work/ndb/Packages.db" >"$(case_dir rpm_ndb cut var/lib/rpm/Packages.db)"
}
if [ -n "${RPMPKG_C:-}" ]; then ndb; else echo 'rpm_ndb: left as it is, RPMPKG_C is not set'; fi

# Berkeley DB: key is the header's number, key 0 the next free one.
dump() { # LORDER PAGESIZE
    printf 'VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder=%s\ndb_pagesize=%s\nHEADER=END\n' "$1" "$2"
    printf ' 00000000\n 07000000\n'
    sqlite3 "$db" \
        "SELECT printf(' %02x000000', hnum) || char(10) || ' ' || lower(hex(blob)) FROM Packages"
    echo 'DATA=END'
}
bdb() { # CASE PATH LORDER PAGESIZE
    dump "$3" "$4" | db5.3_load "$work/$1"
    cp "$work/$1" "$(case_dir rpm_bdb "$1" "$2")"
}
bdb overflow-pages var/lib/rpm/Packages 1234 4096
bdb big-endian usr/share/rpm/Packages 4321 4096
bdb small-pages usr/lib/sysimage/rpm/Packages 1234 512
bdb inline-values var/lib/rpm/Packages 1234 16384
head -c 24576 "$work/overflow-pages" >"$(case_dir rpm_bdb cut var/lib/rpm/Packages)"
