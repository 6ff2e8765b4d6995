-- Where one relation of a layer lies, in degrees, read from every row; NULLs where it is empty. Joined by UNION ALL.
-- {relation}: the layer's table, or its history.
SELECT ST_XMin(whole.box) AS west, ST_YMin(whole.box) AS south, ST_XMax(whole.box) AS east, ST_YMax(whole.box) AS north
FROM (SELECT ST_Extent(r.geom) AS box FROM {relation} AS r) AS whole
