-- Count, length, area and amounts of a layer by the values of a column, and of the whole, of one moment.
-- {rows}: layer_then of the table and its history, or layer_today, and layer_target where there is one.
-- {sums}: the sum of each amount.  options: the values of an enumeration in their order, which go before all others.
-- grouped: whether anything but the whole is asked for;  skip, row_limit: which of the groups.
-- Each feature is rounded to 0.1 mm and cm² and then summed exactly: in any order the same, and groups add up to the whole.
-- CRS: 4490 stored; lengths in the metric system, areas on the ellipsoid.
WITH measured AS MATERIALIZED (
    SELECT r.feature, r.told, r.value, r.amounts,
           CASE ST_Dimension(r.geom) WHEN 1 THEN round(ST_Length(city.metric(r.geom))::numeric, 4) END AS length_m,
           CASE ST_Dimension(r.geom) WHEN 2 THEN round(city.area_m2(r.geom)::numeric, 4) END AS area_m2
    FROM ({rows}) AS r
),
summed AS (
    SELECT GROUPING(m.value) = 1 AS whole, m.told, m.value,
           count(*) FILTER (WHERE m.feature) AS count, sum(m.length_m) AS length_m, sum(m.area_m2) AS area_m2,
           ARRAY[{sums}]::numeric[] AS amounts
    FROM measured AS m
    GROUP BY GROUPING SETS ((m.value, m.told), ())
),
placed AS (
    SELECT s.*,
           row_number() OVER (ORDER BY array_position(%(options)s::text[], s.value::text), s.value NULLS LAST) AS place,
           count(*) OVER () AS groups
    FROM summed AS s
    WHERE NOT s.whole AND s.told AND %(grouped)s
)
SELECT to_jsonb(s.value) AS value, s.count, s.length_m, s.area_m2, s.amounts, 0 AS place, 0 AS groups
FROM summed AS s
WHERE s.whole
UNION ALL
SELECT to_jsonb(p.value), p.count, p.length_m, p.area_m2, p.amounts, p.place,
       p.groups
FROM placed AS p
WHERE p.place > %(skip)s AND p.place <= %(skip)s + %(row_limit)s
ORDER BY place
