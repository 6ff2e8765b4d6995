-- A page of a layer's features as GeoJSON texts, in the order of their ids; and a row without id: how many match in all.
-- {rows}: items_now or items_then, in which {condition} names the relation f;  {told}: columns of p, the properties;
-- {feature}: items_feature;  count_limit: where counting stops;
-- after: the last id of the page before;  skip, row_limit: how many are left out and answered.
-- One statement, so that page and count are of one moment.
SELECT NULL::bigint AS id, count(*)::text AS feature
FROM (SELECT FROM ({rows}) AS f WHERE {condition} LIMIT %(count_limit)s) AS matching
UNION ALL
(
    SELECT p.id, {feature}
    FROM (
        SELECT f.*
        FROM ({rows}) AS f
        WHERE {condition} AND f.id > %(after)s
        ORDER BY f.id
        LIMIT %(row_limit)s OFFSET %(skip)s
    ) AS p, LATERAL (SELECT {told}) AS told
    ORDER BY p.id
)
