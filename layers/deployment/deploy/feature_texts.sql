-- Features of any layer as GeoJSON texts.
-- Runs: on every deployment (replaces itself).
-- CRS:  in CRS84, out as stored (4490: CRS84 to well under a metre). The box is transformed, never the column.
-- The columns are read from the view, so that a row becomes JSON without its geometries: each would be written out, at
-- full length, only to be thrown away.
DROP FUNCTION IF EXISTS city.feature_texts(regclass, geometry, bigint, text, bigint, bigint);
CREATE OR REPLACE FUNCTION city.feature_texts(
    view regclass, box geometry, only_id bigint, only_code text, after_id bigint, row_limit bigint, hidden text[]
)
RETURNS TABLE (id bigint, feature text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    told text := (
        SELECT string_agg(format('p.%I', a.attname), ', ' ORDER BY a.attnum)
        FROM pg_attribute AS a
        WHERE a.attrelid = view AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attname <> ALL (ARRAY['id', 'geom', 'geom_3857', 'origin'])
          AND a.attname NOT LIKE 'drawn\_%'
          AND a.attname <> ALL (hidden)
    );
BEGIN
    RETURN QUERY EXECUTE format($statement$
        SELECT p.id,
               '{"type" : "Feature", "id" : ' || p.id
               || ', "geometry" : ' || COALESCE(ST_AsGeoJSON(p.geom, 9, 0), 'null')
               || ', "properties" : ' || to_jsonb(told)::text || '}'
        FROM (
            SELECT f.*
            FROM %s AS f
            WHERE ($1 IS NULL OR (f.geom && $1 AND ST_Intersects(f.geom, $1)))
              AND ($2 IS NULL OR f.id = $2)
              AND ($3 IS NULL OR f.code = $3)
              AND ($4 IS NULL OR f.id > $4)
            ORDER BY f.id
            LIMIT $5
        ) AS p,
        LATERAL (SELECT %s) AS told
        ORDER BY p.id
    $statement$, view, told) USING box, only_id, only_code, after_id, row_limit;
END
$$;
COMMENT ON FUNCTION city.feature_texts(regclass, geometry, bigint, text, bigint, bigint, text[]) IS
    'Features of a layer''s view as GeoJSON texts, by id, without the hidden columns; each condition may be NULL.';
