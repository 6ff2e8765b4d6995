-- Works out anew what was last seen of these targets; the pieces of those that are gone go, too.
SELECT city.refresh_last_seen(%(layer)s, %(codes)s)
