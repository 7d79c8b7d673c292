/* One line a report, in the order of `scantling list reports`. */
REPORT(table)
REPORT(json)
REPORT(sarif)
REPORT(cyclonedx)
REPORT(spdx)
