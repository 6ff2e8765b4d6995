-- What was last seen when, worked out anew for some targets of a layer; answers how many pieces there are.
SELECT city.refresh_last_seen(%(layer)s, %(codes)s::text[], %(reach_m)s::real)
