-- Tells every server, on commit, where the map changed: which table, and the boxes of what was there and of what is now.
-- Runs: on every deployment (replaces itself).  CRS: 3857, whole metres, rounded outward.
-- One notice a statement, on channel city_change: {"table": "road", "boxes": [[west, south, east, north], ...]}; boxes is
-- null for everywhere, table for everything. A notice must be shorter than 8,000 bytes: many rows share boxes.
CREATE OR REPLACE FUNCTION city.change_boxes(changed box2d[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH box AS (
        SELECT floor(ST_XMin(g)) AS west, floor(ST_YMin(g)) AS south, ceil(ST_XMax(g)) AS east, ceil(ST_YMax(g)) AS north
        FROM unnest(changed) AS g
        WHERE g IS NOT NULL
    ),
    whole AS (
        SELECT count(*) AS boxes, min(west + east) AS west, min(south + north) AS south,
               greatest(max(west + east) - min(west + east), 1) AS width,
               greatest(max(south + north) - min(south + north), 1) AS height
        FROM (SELECT DISTINCT * FROM box) AS b
    ),
    -- Up to 48 each their own; more by which of 7 by 7 fields their middle lies in.
    shared AS (
        SELECT min(b.west) AS west, min(b.south) AS south, max(b.east) AS east, max(b.north) AS north
        FROM (SELECT DISTINCT * FROM box) AS b, whole AS w
        GROUP BY CASE WHEN w.boxes <= 48 THEN ARRAY[b.west, b.south, b.east, b.north]
                      ELSE ARRAY[floor((b.west + b.east - w.west) / w.width * 6.999),
                                 floor((b.south + b.north - w.south) / w.height * 6.999)] END
    )
    SELECT jsonb_agg(jsonb_build_array(west::bigint, south::bigint, east::bigint, north::bigint)) FROM shared
$$;
COMMENT ON FUNCTION city.change_boxes(box2d[]) IS
    'At most 49 boxes in 3857, whole metres, that hold all of these; NULL where there are none.';

CREATE OR REPLACE FUNCTION city.tell_change() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    boxes jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        boxes := city.change_boxes((SELECT array_agg(Box2D(c.geom_3857)) FROM (TABLE past UNION ALL TABLE changed) AS c));
    ELSIF TG_OP <> 'TRUNCATE' THEN
        boxes := city.change_boxes((SELECT array_agg(Box2D(c.geom_3857)) FROM changed AS c));
    END IF;
    IF boxes IS NOT NULL OR TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('city_change', jsonb_build_object('table', TG_TABLE_NAME, 'boxes', boxes)::text);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_change() IS
    'Statement trigger: notifies channel city_change of the boxes of the old and the new shapes, or of everywhere.';

-- Every table that tiles are cut from.
DO $$
DECLARE
    told record;
BEGIN
    FOR told IN
        SELECT c.oid::regclass AS relation, happened.*
        FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = a.attrelid
        CROSS JOIN (VALUES
            ('tell_inserted', 'INSERT', 'REFERENCING NEW TABLE AS changed'),
            ('tell_updated', 'UPDATE', 'REFERENCING OLD TABLE AS past NEW TABLE AS changed'),
            ('tell_deleted', 'DELETE', 'REFERENCING OLD TABLE AS changed'),
            ('tell_truncated', 'TRUNCATE', '')
        ) AS happened (trigger_name, event, seen)
        WHERE a.attname = 'geom_3857' AND NOT a.attisdropped AND c.relkind = 'r'
          AND c.relnamespace = 'city'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgname = happened.trigger_name)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION city.tell_change()',
            told.trigger_name, told.event, told.relation, told.seen
        );
    END LOOP;
END
$$;

-- What this deployment replaces may draw all of it otherwise.
SELECT pg_notify('city_change', '{"table": null, "boxes": null}');
