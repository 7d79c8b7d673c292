/* One line a table of rules, A-Z. */
RULES(image_config)
