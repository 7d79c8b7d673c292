"""TAP for tests that are scripts: a line for each result, with the reason of those that fail, and at the end the count."""
import sys

sys.dont_write_bytecode = True
number = failed = 0


def say(good, what, *why):
    global number, failed
    number += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", number, what), flush=True)
    for reason in why if not good else ():
        if reason != "":
            print("# " + str(reason)[:3000].replace("\n", "\n# "), flush=True)


def skip(what, why):
    say(True, "%s # SKIP %s" % (what, why))


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.exit()


def end():
    """Ends the test."""
    print("1..%d" % number)
    sys.exit(failed != 0)
