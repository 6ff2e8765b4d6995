-- The stored legs of a patrol, in order: times of the vertices, worst accuracy and line.  CRS: 4490, as WKB.
SELECT l.times_s, l.length_m, l.worst_m, ST_AsBinary(l.geom) AS geom
FROM city.leg AS l WHERE l.patrol_id = %(patrol_id)s ORDER BY l.leg_no
