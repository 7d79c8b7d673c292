/* ports.h - ports by number: what listens there by convention. */
#pragma once
#include "core/str.h"

/* Some numbers tell something only of an image that exposes them, or of a workload that publishes them: others have them
 * for something else. */
enum port_where { PORT_ANYWHERE, PORT_OF_IMAGE, PORT_OF_WORKLOAD };
struct port_is {
    uint16_t from, to;
    const char *what;
    enum port_where where;
};
struct port_list {
    const struct port_is *row;
    size_t n;
};
extern const struct port_list ports_login, ports_engine, ports_data, ports_clear, ports_debug;

/* The next row from *at on that has one of these numbers, and moves *at behind it; NULL: none. */
const struct port_is *ports_next(const struct port_list *l, uint32_t from, uint32_t to, enum port_where of,
                                 size_t *at);
/* "8000", "8000-8010"; false: not a port. */
bool port_numbers(struct str port, uint32_t *from, uint32_t *to);
