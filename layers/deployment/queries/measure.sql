-- How long a shape's lines are, or how large it is, and how long its edge.
-- wkb: the shape in degrees.  most_edges: where it has more, their lengths are not told one by one.
-- most_m: of an area whose edge is longer the area is not told, for the edge is densified, and its points cost memory.
-- CRS: 4490 in; lengths in the metric system, in which edges are straight, areas on the ellipsoid.
SELECT ST_Dimension(s.geom) AS dimension,
       CASE ST_Dimension(s.geom) WHEN 1 THEN ST_Length(s.metric) WHEN 2 THEN ST_Perimeter(s.metric) END AS length_m,
       CASE WHEN ST_Dimension(s.geom) = 2 AND ST_Perimeter(s.metric) <= %(most_m)s THEN city.area_m2(s.geom) END AS area_m2,
       CASE WHEN ST_NPoints(s.geom) <= %(most_edges)s
            THEN ARRAY(SELECT ST_Length(edge.geom) FROM ST_DumpSegments(s.metric) AS edge ORDER BY edge.path) END AS edges_m
FROM (SELECT g.geom, city.metric(g.geom) AS metric FROM ST_GeomFromWKB(%(wkb)s, 4490) AS g(geom)) AS s
