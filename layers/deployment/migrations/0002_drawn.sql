-- What tiles draw of every feature, kept beside it in columns whose names begin with drawn_, which nobody else reads.
-- Runs:   once. Gives them to the tables there are; city.keep_history gives them to every later one.
-- CRS:    4490 in, 3857 out.
-- A zoom's CSS pixel is w / 512 wide, where w is the width of its tiles, which are drawn 512 pixels wide. Shapes are
-- kept for zooms 8, 10, 12 and 14, simplified to half a pixel and put on a grid of a quarter of one: 2048 units across a
-- tile of that zoom, 4096 across one of the zoom before. A tile of either zoom then takes a shape as it stands: snapped
-- again, it could cross itself.

CREATE FUNCTION city.drawn_pixel(zoom integer) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 40075016.6855785 / 512 / (1::bigint << zoom);
COMMENT ON FUNCTION city.drawn_pixel(integer) IS
    'Width of one CSS pixel at a zoom, in units of 3857: tiles are 512 pixels wide.';

-- A vertex that is no number would keep GEOS busy for ever, before any check refuses the row: no length can then be told.
CREATE FUNCTION city.drawn_sound(geom geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN geom @ ST_MakeEnvelope(-180, -85.05, 180, 85.05, 4490) AND ST_Length(geom) + ST_Perimeter(geom) < 'Infinity';
COMMENT ON FUNCTION city.drawn_sound(geometry) IS
    'Whether a geometry in degrees lies where 3857 has a place for it, with every vertex a number.';

-- The functions below are no STRICT ones, so that they become part of the expression that a column is filled with: called
-- as functions they would take three times as long. Where a check is about to refuse a row they must not speak first.
CREATE FUNCTION city.drawn_size(geom geometry) RETURNS real
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN city.drawn_sound(geom) THEN greatest(
    6378137 * radians(ST_XMax(geom) - ST_XMin(geom)),
    6378137 * (asinh(tand(ST_YMax(geom))) - asinh(tand(ST_YMin(geom)))),
    1e-6
)::real END;
COMMENT ON FUNCTION city.drawn_size(geometry) IS
    'Greater side of the box in 3857 of a geometry in degrees. Source: EPSG method 1024, popular visualisation pseudo-Mercator.';

CREATE FUNCTION city.drawn_clearance(geom geometry) RETURNS real
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN city.drawn_sound(geom) AND ST_Dimension(geom) = 2
    THEN greatest(ST_MinimumClearance(ST_Transform(geom, 3857)), 1e-6)::real END;
COMMENT ON FUNCTION city.drawn_clearance(geometry) IS
    'Least distance in 3857 between a corner of an area and what it does not adjoin of the area''s edge: while every corner '
    'moves by less than half of it, the area stays valid. Source: minimum clearance as GEOS defines it. NULL for lines and points.';

CREATE FUNCTION city.drawn_label(geom geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN city.drawn_sound(geom) AND ST_Dimension(geom) > 0
    THEN ST_Transform(ST_PointOnSurface(geom), 3857) END;
COMMENT ON FUNCTION city.drawn_label(geometry) IS
    'Where a line or area is named: a point in 3857 on it, of an area where its widest part is; NULL for points.';

CREATE FUNCTION city.drawn_simply(geom geometry, pixel double precision, keep_collapsed boolean) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ST_SnapToGrid(ST_Simplify(ST_Transform(geom, 3857), pixel / 2, keep_collapsed), pixel / 4);
COMMENT ON FUNCTION city.drawn_simply(geometry, double precision, boolean) IS
    'A geometry in degrees in 3857, simplified to half a pixel, on a grid of a quarter of one; perhaps invalid, or nothing.';

CREATE FUNCTION city.drawn_surely(geom geometry, pixel double precision) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    shape  geometry := ST_Transform(geom, 3857);
    simple geometry := ST_SimplifyPreserveTopology(shape, pixel / 2);
BEGIN
    IF COALESCE(ST_IsEmpty(city.drawn_simply(geom, pixel, false)), true) THEN
        -- Narrower than can be seen, but longer than a pixel: a ribbon stands for it.
        simple := ST_Buffer(simple, pixel / 2, 'quad_segs=1');
    ELSIF ST_IsValidReason(simple) <> 'Valid Geometry' THEN
        simple := shape;
    END IF;
    simple := ST_CollectionExtract(ST_ReducePrecision(simple, pixel / 4), 3);
    RETURN CASE WHEN NOT ST_IsEmpty(simple) THEN ST_ForcePolygonCW(simple) END;
EXCEPTION WHEN internal_error THEN
    -- Not to be simplified, or about to be refused by a check: tiles take the shape itself.
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.drawn_surely(geometry, double precision) IS
    'An area in degrees in 3857, simplified to half a pixel, on a grid of a quarter of one, valid whatever it takes; NULL '
    'where nothing does.';

CREATE FUNCTION city.drawn_shape(geom geometry, zoom integer) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN city.drawn_size(geom) >= city.drawn_pixel(zoom) / 4 IS NOT TRUE OR ST_Dimension(geom) = 0 THEN NULL
    WHEN ST_Dimension(geom) = 1 THEN city.drawn_simply(geom, city.drawn_pixel(zoom), true)
    WHEN city.drawn_size(geom) < city.drawn_pixel(zoom) THEN NULL
    -- The quick way first: it is valid almost always, and the sure one takes ten times as long.
    WHEN ST_NPoints(city.drawn_simply(geom, city.drawn_pixel(zoom), false)) > 0
         AND ST_IsValidReason(city.drawn_simply(geom, city.drawn_pixel(zoom), false)) = 'Valid Geometry'
        THEN ST_ForcePolygonCW(city.drawn_simply(geom, city.drawn_pixel(zoom), false))
    ELSE city.drawn_surely(geom, city.drawn_pixel(zoom))
END;
COMMENT ON FUNCTION city.drawn_shape(geometry, integer) IS
    'The shape in 3857 by which tiles of a zoom and of the one before draw a geometry in degrees: simplified to half a '
    'pixel, on a grid of a quarter of one, areas valid and their outer rings clockwise, which with y downwards is as tiles '
    'want them. NULL for points, for what is smaller than that, and where it cannot be made.';

CREATE PROCEDURE city.keep_drawn(target regclass)
LANGUAGE plpgsql AS $$
DECLARE
    lacking text;
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = target AND attname = 'geom_3857' AND postgis_typmod_type(atttypmod) NOT LIKE '%Point%'
    ) THEN
        RETURN;
    END IF;
    -- All in one: the table is written anew for it.
    SELECT string_agg(format('ADD COLUMN %I %s GENERATED ALWAYS AS (city.%s) STORED', name, type, made), ', ' ORDER BY place)
    INTO lacking
    FROM (
        VALUES (1, 'drawn_size', 'real', 'drawn_size(geom)'),
               (2, 'drawn_clearance', 'real', 'drawn_clearance(geom)'),
               (3, 'drawn_label', 'geometry(Point, 3857)', 'drawn_label(geom)'),
               (4, 'drawn_z8', 'geometry(Geometry, 3857)', 'drawn_shape(geom, 8)'),
               (5, 'drawn_z10', 'geometry(Geometry, 3857)', 'drawn_shape(geom, 10)'),
               (6, 'drawn_z12', 'geometry(Geometry, 3857)', 'drawn_shape(geom, 12)'),
               (7, 'drawn_z14', 'geometry(Geometry, 3857)', 'drawn_shape(geom, 14)')
    ) AS wanted (place, name, type, made)
    WHERE name NOT IN (SELECT attname FROM pg_attribute WHERE attrelid = target AND NOT attisdropped);
    IF lacking IS NOT NULL THEN
        EXECUTE 'ALTER TABLE ' || target || ' ' || lacking;
    END IF;
    FOR lacking IN
        SELECT attname FROM pg_attribute WHERE attrelid = target AND attname LIKE 'drawn\_%' AND NOT attisdropped
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target, lacking, city.common_comment(lacking));
    END LOOP;
END
$$;
COMMENT ON PROCEDURE city.keep_drawn(regclass) IS
    'Gives a table with a geom_3857 of lines or areas what tiles draw of each row; points are drawn as they are.';

CREATE OR REPLACE FUNCTION city.common_comment(column_name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE column_name
    WHEN 'id' THEN '要素编号|Feature number'
    WHEN 'code' THEN '编码|Code, the natural key'
    WHEN 'name' THEN '名称|Name'
    WHEN 'provenance' THEN '出处:report 报告、public 公开、synthetic 示意、import 导入|Provenance: report, public, synthetic or import'
    WHEN 'edition_id' THEN '版次|Edition it came with'
    WHEN 'valid_from' THEN '生效日期|Day it is true from'
    WHEN 'valid_to' THEN '失效日期(不含),空为至今|Day it stops being true (exclusive); empty while it still is'
    WHEN 'known_from' THEN '入库时间|When this version was entered'
    WHEN 'known_to' THEN '被取代时间|When this version was superseded'
    WHEN 'made_by' THEN '录入人|Who made this version'
    WHEN 'geom' THEN '图形(CGCS2000 经纬度)|Geometry, CGCS2000 longitude and latitude'
    WHEN 'geom_3857' THEN '图形(切片用)|Geometry for tiles, web Mercator'
    WHEN 'drawn_size' THEN '范围框较长一边(切片用)|Greater side of its box, for tiles'
    WHEN 'drawn_clearance' THEN '边界各处的最小间距(切片用)|Least distance between parts of its edge, for tiles'
    WHEN 'drawn_label' THEN '注记位置(切片用)|Where it is named, for tiles'
    WHEN 'drawn_z8' THEN '第 8 级及以上的图形(切片用)|Shape at zoom 8 and farther out, for tiles'
    WHEN 'drawn_z10' THEN '第 9、10 级的图形(切片用)|Shape at zooms 9 and 10, for tiles'
    WHEN 'drawn_z12' THEN '第 11、12 级的图形(切片用)|Shape at zooms 11 and 12, for tiles'
    WHEN 'drawn_z14' THEN '第 13、14 级的图形(切片用)|Shape at zooms 13 and 14, for tiles'
END;

CREATE OR REPLACE PROCEDURE city.keep_history(target regclass)
LANGUAGE plpgsql AS $$
DECLARE
    table_name   text := (SELECT relname FROM pg_class WHERE oid = target);
    history_name text := table_name || '_history';
    history      text := 'city.' || quote_ident(history_name);
    now_view     text := 'city.' || quote_ident(table_name || '_now');
    zh           text := split_part(obj_description(target, 'pg_class'), '|', 1);
    en           text := split_part(obj_description(target, 'pg_class'), '|', 2);
    lacking      record;
BEGIN
    CALL city.keep_drawn(target);
    FOR lacking IN
        SELECT attname AS name FROM pg_attribute
        WHERE attrelid = target AND attnum > 0 AND NOT attisdropped
          AND col_description(attrelid, attnum) IS NULL AND city.common_comment(attname) IS NOT NULL
    LOOP
        EXECUTE 'COMMENT ON COLUMN ' || target || '.' || quote_ident(lacking.name)
            || ' IS ' || quote_literal(city.common_comment(lacking.name));
    END LOOP;

    IF to_regclass(history) IS NULL THEN
        EXECUTE 'CREATE TABLE ' || history || ' (known_to timestamptz NOT NULL, CONSTRAINT '
            || quote_ident(history_name || '_order') || ' CHECK (known_from < known_to), id bigint, known_from timestamptz)';
        EXECUTE 'CREATE INDEX ' || quote_ident(history_name || '_id') || ' ON ' || history || ' (id, known_from)';
        EXECUTE 'CREATE TRIGGER keep_updated AFTER UPDATE ON ' || target
            || ' REFERENCING OLD TABLE AS past NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION city.keep_version()';
        EXECUTE 'CREATE TRIGGER keep_deleted AFTER DELETE ON ' || target
            || ' REFERENCING OLD TABLE AS past FOR EACH STATEMENT EXECUTE FUNCTION city.keep_version()';
        EXECUTE 'CREATE TRIGGER keep_truncated BEFORE TRUNCATE ON ' || target
            || ' FOR EACH STATEMENT EXECUTE FUNCTION city.keep_version()';
        EXECUTE 'CREATE TRIGGER stamp_version BEFORE INSERT OR UPDATE ON ' || target
            || ' FOR EACH ROW EXECUTE FUNCTION city.stamp_version()';
        EXECUTE 'ALTER TABLE ' || target || ' ADD CONSTRAINT ' || quote_ident(table_name || '_validity_order')
            || ' CHECK (valid_to >= valid_from), ADD CONSTRAINT ' || quote_ident(table_name || '_code_once')
            || ' EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&)';
    END IF;

    FOR lacking IN
        SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
        WHERE attrelid = target AND attname = ANY (city.history_columns(target))
          AND attname <> ALL (city.history_columns(history::regclass))
        ORDER BY attnum
    LOOP
        EXECUTE 'ALTER TABLE ' || history || ' ADD COLUMN ' || quote_ident(lacking.name) || ' ' || lacking.type;
    END LOOP;

    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = history::regclass AND attname = 'geom' AND NOT attisdropped) THEN
        EXECUTE 'CREATE INDEX IF NOT EXISTS ' || quote_ident(history_name || '_geom') || ' ON ' || history || ' USING gist (geom)';
    END IF;

    EXECUTE 'CREATE OR REPLACE VIEW ' || now_view || ' AS SELECT * FROM ' || target
        || ' WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)';
    EXECUTE 'COMMENT ON TABLE ' || history || ' IS ' || quote_literal(zh || '的历史版本|Past versions of: ' || en);
    EXECUTE 'COMMENT ON VIEW ' || now_view || ' IS ' || quote_literal(zh || '(今日有效)|Valid today: ' || en);
    PERFORM city.copy_comments(target, history::regclass), city.copy_comments(target, now_view::regclass);
END
$$;
COMMENT ON PROCEDURE city.keep_history(regclass) IS
    'Gives a feature table its history table, triggers, uniqueness of code among overlapping validity, what tiles draw '
    'of each row, comments of the common columns, and its view <table>_now. Call it again after adding a column.';

DO $$
DECLARE
    feature record;
BEGIN
    FOR feature IN
        SELECT c.oid::regclass AS name, c.relname || '_history' AS history,
               postgis_typmod_type(a.atttypmod) LIKE '%Point%' AS is_point
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'city'::regnamespace AND c.relkind = 'r' AND a.attname = 'geom_3857'
          AND to_regclass('city.' || quote_ident(c.relname || '_history')) IS NOT NULL
        ORDER BY c.relname
    LOOP
        IF feature.is_point THEN
            -- Its view stays as it is: it may leave out what a role may not see.
            EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON city.%I USING gist (geom)', feature.history || '_geom', feature.history);
        ELSE
            CALL city.keep_history(feature.name);
        END IF;
    END LOOP;
END
$$;
