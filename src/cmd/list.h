/* One line a command, in the order of --help. */
CMD(scan)
CMD(facts)
