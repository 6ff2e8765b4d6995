-- About where one layer lies, in degrees, read from its index; NULLs where it is empty. Several: joined by UNION ALL.
-- {schema}, {relation}: the layer's table, as text;  {table}: the same.
-- An index remembers what was taken out or taken back: of an empty table it tells nothing.
SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
FROM ST_EstimatedExtent({schema}, {relation}, 'geom') AS box
WHERE EXISTS (SELECT FROM {table})
