-- Parts of lines by chainage.
-- Runs: on every deployment (replaces itself).
-- CRS:  in and out 4490; chainage is measured in the metric system, in centimetres from the start of the line.
CREATE OR REPLACE FUNCTION city.line_cm(line geometry) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN round(ST_Length(city.metric(line)) * 100)::integer;
COMMENT ON FUNCTION city.line_cm(geometry) IS 'Length of a line in whole centimetres: where its chainage ends.';

CREATE OR REPLACE FUNCTION city.span_m(spans int4multirange) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT COALESCE(sum(upper(span)::bigint - lower(span)), 0) / 100.0 FROM unnest(spans) AS span);
COMMENT ON FUNCTION city.span_m(int4multirange) IS 'Metres that a set of centimetre ranges covers; 0 for the empty set.';

CREATE OR REPLACE FUNCTION city.line_parts(line geometry, spans int4range[])
RETURNS TABLE (span int4range, part geometry)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS $$
    WITH measured AS MATERIALIZED (
        SELECT m AS line, nullif(round(ST_Length(m) * 100), 0) AS end_cm FROM (SELECT city.metric($1)) AS metric(m)
    ),
    piece AS (
        SELECT s AS span, m.line, greatest(lower(s), 0) / m.end_cm AS first, least(upper(s) / m.end_cm, 1) AS last
        FROM measured AS m, unnest($2) AS s
    )
    SELECT p.span, ST_Transform(ST_LineSubstring(p.line, p.first, p.last), ST_SRID($1))
    FROM piece AS p
    WHERE p.first < p.last
$$;
COMMENT ON FUNCTION city.line_parts(geometry, int4range[]) IS
    'The piece of a line for each centimetre range, cut in the metric system; a range beyond the line gives no row.';

CREATE OR REPLACE FUNCTION city.line_part(line geometry, spans int4multirange) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ST_SetSRID(
        COALESCE(ST_Multi(ST_CollectionExtract(ST_Collect(p.part ORDER BY p.span), 2)), 'MULTILINESTRING EMPTY'),
        ST_SRID($1)
    )
    FROM city.line_parts($1, ARRAY(SELECT unnest($2))) AS p
$$;
COMMENT ON FUNCTION city.line_part(geometry, int4multirange) IS
    'The part of a line within centimetre ranges of its chainage, a MultiLineString; empty for ranges beyond the line.';
