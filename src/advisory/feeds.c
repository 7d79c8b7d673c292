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
