-- Where and when one layer is: about its box in degrees, read from its index, and the days its rows are true from and to.
-- {layer}: its id;  {table}: its table, quoted;  {schema}, {relation}: the same as text.  Several: joined by UNION ALL.
-- last_day is NULL where a row has no end, and both are where there is no row; a table without days falls back to NULL.
SELECT {layer} AS layer,
       ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north,
       span.first_day, span.last_day
FROM (VALUES (NULL::date, NULL::date)) AS lacking (valid_from, valid_to)
CROSS JOIN (
    -- An index remembers what was taken out or taken back: of an empty table it tells nothing.
    SELECT CASE WHEN EXISTS (SELECT FROM {table}) THEN ST_EstimatedExtent({schema}, {relation}, 'geom') END AS box
) AS found
CROSS JOIN LATERAL (
    SELECT min(day.first_day) AS first_day,
           CASE WHEN count(*) = count(day.last_day) THEN max(day.last_day) END AS last_day
    FROM (SELECT valid_from AS first_day, valid_to AS last_day FROM {table} AS feature) AS day
) AS span
