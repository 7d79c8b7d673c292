/* One line a parser, A-Z. The build, the registry, the fuzzers and the golden tests read this list. */
PARSER(os_release)
