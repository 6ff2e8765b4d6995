-- Part of items: the shape of p in the system that is asked for, its axes in that system's order.
-- {srid}, {north_first}: of the system; CRS84 and 4326 have the numbers of 4490.
city.told_shape(p.geom, {srid}, {north_first})
