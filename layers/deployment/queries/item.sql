-- One feature of a layer as a GeoJSON text, and which version of its row that is: microseconds since 1970.
-- {rows}, {condition}, {told}, {feature}: as in items.  No row where there is no such feature.
SELECT {feature} AS feature, (extract(epoch FROM p.known_from) * 1000000)::bigint AS version
FROM (SELECT f.* FROM ({rows}) AS f WHERE {condition}) AS p, LATERAL (SELECT {told}) AS told
LIMIT 1
