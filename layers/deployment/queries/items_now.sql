-- Part of items: a layer's rows that are true today, as the acting role may see them.
-- {relation}: its view of today;  {columns}: of v.
SELECT {columns}, v.geom FROM {relation} AS v
