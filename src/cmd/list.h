/* One line a command, in the order of --help. */
CMD(scan)
CMD(sbom)
CMD(db)
CMD(explain)
CMD(list)
CMD(facts)
CMD(compare)
