/* One line a feed reader; a document goes to the first that recognises it. */
FEED(osv)
FEED(tables)
FEED(builtin)
FEED(end_of_life)
