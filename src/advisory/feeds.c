/* feeds.c - the registry of feed readers. */
#include "advisory/feed.h"

#define FEED(name) extern const struct feed feed_##name;
#include "advisory/list.h"
#undef FEED
#define FEED(name) &feed_##name,
const struct feed *const feeds[] = {
#include "advisory/list.h"
};
#undef FEED
const size_t n_feeds = ARRAY_LEN(feeds);

const struct feed *feed_by_name(struct str name)
{
    for (size_t i = 0; i < n_feeds; i++)
        if (str_eq(str_of(feeds[i]->name), name))
            return feeds[i];
    return NULL;
}

const struct feed *feed_for(struct str path, struct str start)
{
    for (size_t i = 0; i < n_feeds; i++)
        if (feeds[i]->recognises(path, str_first(start, FEED_START)))
            return feeds[i];
    return NULL;
}

bool feed_millionths(struct str s, uint32_t *out)
{
    struct str whole, rest;
    uint64_t w, f = 0, scale = 100000;

    str_split(s, '.', &whole, &rest);
    if (!str_u64(whole, 10, &w) || w > 1)
        return false;
    for (size_t i = 0; i < rest.n && scale; i++, scale /= 10) {
        if (rest.p[i] < '0' || rest.p[i] > '9')
            return false;
        f += (uint64_t)(rest.p[i] - '0') * scale;
    }
    *out = (uint32_t)MIN(w * 1000000 + f, (uint64_t)1000000);
    return true;
}
