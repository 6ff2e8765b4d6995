-- Where an observation lies by what is there today: the smallest grid around it, and the nearest bank and road within
-- %(reach_m)s metres, with the chainage there.  CRS: distances and chainage in the metric system.
WITH found AS (
    -- 60 km to the degree: less than a degree of longitude has anywhere in the country.
    SELECT o.geom, city.metric(o.geom) AS at, ST_Expand(o.geom, %(reach_m)s / 60000.0) AS near
    FROM city.observation AS o
    WHERE o.id = %(id)s
),
line AS (
    SELECT 'bank' AS layer, b.code, b.name, city.metric(b.geom) AS geom, f.at
    FROM found AS f JOIN city.bank_now AS b ON b.geom && f.near
    UNION ALL
    SELECT 'road', r.code, r.name, city.metric(r.geom), f.at
    FROM found AS f JOIN city.road_now AS r ON r.geom && f.near
),
nearest AS (
    SELECT DISTINCT ON (l.layer) l.layer, l.code, l.name, ST_Distance(l.geom, l.at) AS distance_m,
           ST_LineLocatePoint(l.geom, l.at) * ST_Length(l.geom) AS chainage_m
    FROM line AS l
    WHERE ST_DWithin(l.geom, l.at, %(reach_m)s)
    ORDER BY l.layer, ST_Distance(l.geom, l.at), l.code
)
SELECT n.layer, n.code, n.name, round(n.distance_m::numeric, 1)::float8 AS distance_m,
       round(n.chainage_m::numeric, 1)::float8 AS chainage_m
FROM nearest AS n
UNION ALL
(
    SELECT 'grid', g.code, g.name, NULL, NULL
    FROM found AS f JOIN city.grid_now AS g ON ST_Intersects(g.geom, f.geom)
    ORDER BY length(g.code) DESC, g.code
    LIMIT 1
)
ORDER BY layer
