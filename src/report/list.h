/* One line a report, in the order of `scantling list reports`. */
REPORT(json)
