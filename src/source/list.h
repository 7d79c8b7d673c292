/* One line a source, in the order in which they are asked about a bare word. */
