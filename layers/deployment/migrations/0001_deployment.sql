-- The ground every layer stands on: facts of the deployment, measuring, editions, tokens, history.
-- Runs:   once, first of all migrations. The named parameters are the deployment's facts, fixed here for good.
-- CRS:    4490 stored, 3857 for tiles, the deployment's metric system for every length and area.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA city;
COMMENT ON SCHEMA city IS '城市运行平台的全部数据|All data of the city operations platform';

CREATE TABLE city.deployment (
    name       text NOT NULL,
    metric_crs text NOT NULL,
    bounds     double precision[] NOT NULL,
    timezone   text NOT NULL,
    only_one   boolean PRIMARY KEY DEFAULT true,
    CONSTRAINT deployment_only_one CHECK (only_one),
    CONSTRAINT deployment_bounds_order
        CHECK (cardinality(bounds) = 4 AND bounds[1] < bounds[3] AND bounds[2] < bounds[4])
);
COMMENT ON TABLE city.deployment IS '部署参数,仅一行,首次迁移时写定|Facts of this deployment: one row, fixed by the first migration';
COMMENT ON COLUMN city.deployment.name IS '部署名称|Name of the deployment';
COMMENT ON COLUMN city.deployment.metric_crs IS '度量坐标系|Coordinate system that lengths and areas are measured in';
COMMENT ON COLUMN city.deployment.bounds IS '范围:西、南、东、北(度)|Bounds: west, south, east, north, in degrees';
COMMENT ON COLUMN city.deployment.timezone IS '时区|Time zone of times without an offset';
COMMENT ON COLUMN city.deployment.only_one IS '仅一行的标记|Holds the table to one row';

INSERT INTO city.deployment (name, metric_crs, bounds, timezone)
VALUES (%(name)s, %(metric_crs)s, ARRAY[%(west)s, %(south)s, %(east)s, %(north)s]::double precision[], %(timezone)s);

-- The bodies below are parsed now, not at each call, so that a restore with an empty search_path can run them.

CREATE FUNCTION city.metric_srid() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN %(metric_srid)s;
COMMENT ON FUNCTION city.metric_srid() IS 'EPSG number of the deployment''s metric system.';

CREATE FUNCTION city.metric(geom geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ST_Transform(geom, %(metric_srid)s);
COMMENT ON FUNCTION city.metric(geometry) IS 'The geometry in the deployment''s metric system, metres.';

CREATE FUNCTION city.inside_bounds(geom geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ST_XMin(geom) >= %(west)s AND ST_XMax(geom) <= %(east)s
   AND ST_YMin(geom) >= %(south)s AND ST_YMax(geom) <= %(north)s;
COMMENT ON FUNCTION city.inside_bounds(geometry) IS
    'Whether a geometry in degrees lies within the deployment''s bounds; NULL for an empty one.';

CREATE FUNCTION city.mercator(geom geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN city.inside_bounds(geom) AND ST_IsValid(geom) THEN ST_Transform(geom, 3857) END;
COMMENT ON FUNCTION city.mercator(geometry) IS
    'The geometry in 3857, for tiles; NULL where a check is about to refuse it, so that the check is what speaks.';

CREATE FUNCTION city.metric_length(geom geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN city.inside_bounds(geom) AND ST_IsValid(geom) THEN ST_Length(city.metric(geom)) END;
COMMENT ON FUNCTION city.metric_length(geometry) IS 'Length in metres, straight edges in the metric system.';

CREATE FUNCTION city.person() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN COALESCE(NULLIF(current_setting('huashan.user', true), ''), current_user::text);
COMMENT ON FUNCTION city.person() IS 'Who is acting: the transaction''s huashan.user, else the database role.';

CREATE TABLE city.edition (
    edition_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer          text NOT NULL,
    name           text NOT NULL,
    valid_from     date NOT NULL DEFAULT current_date,
    source         text,
    sha256         text CONSTRAINT edition_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    sample         boolean NOT NULL DEFAULT false,
    rows_read      integer NOT NULL DEFAULT 0 CONSTRAINT edition_rows_read_positive CHECK (rows_read >= 0),
    rows_inserted  integer NOT NULL DEFAULT 0 CONSTRAINT edition_rows_inserted_positive CHECK (rows_inserted >= 0),
    rows_updated   integer NOT NULL DEFAULT 0 CONSTRAINT edition_rows_updated_positive CHECK (rows_updated >= 0),
    rows_unchanged integer NOT NULL DEFAULT 0 CONSTRAINT edition_rows_unchanged_positive CHECK (rows_unchanged >= 0),
    rows_withdrawn integer NOT NULL DEFAULT 0 CONSTRAINT edition_rows_withdrawn_positive CHECK (rows_withdrawn >= 0),
    rows_rejected  integer NOT NULL DEFAULT 0 CONSTRAINT edition_rows_rejected_positive CHECK (rows_rejected >= 0),
    made_by        text NOT NULL DEFAULT city.person(),
    made_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX edition_layer ON city.edition (layer, made_at DESC);
COMMENT ON TABLE city.edition IS '版次:一次导入|Editions: one import each';
COMMENT ON COLUMN city.edition.edition_id IS '版次号|Edition number';
COMMENT ON COLUMN city.edition.layer IS '图层|Layer';
COMMENT ON COLUMN city.edition.name IS '版次名称|Name of the edition';
COMMENT ON COLUMN city.edition.valid_from IS '生效日期|Day it is true from';
COMMENT ON COLUMN city.edition.source IS '来源文件|File or source it came from';
COMMENT ON COLUMN city.edition.sha256 IS '来源文件的 SHA-256|SHA-256 of the source file';
COMMENT ON COLUMN city.edition.sample IS '是否样例|Whether it is the sample';
COMMENT ON COLUMN city.edition.rows_read IS '读入行数|Rows read';
COMMENT ON COLUMN city.edition.rows_inserted IS '新增行数|Rows inserted';
COMMENT ON COLUMN city.edition.rows_updated IS '更新行数|Rows updated';
COMMENT ON COLUMN city.edition.rows_unchanged IS '未变行数|Rows unchanged';
COMMENT ON COLUMN city.edition.rows_withdrawn IS '撤回行数|Rows withdrawn';
COMMENT ON COLUMN city.edition.rows_rejected IS '拒收行数|Rows rejected';
COMMENT ON COLUMN city.edition.made_by IS '导入人|Who imported it';
COMMENT ON COLUMN city.edition.made_at IS '导入时间|When it was imported';

CREATE TABLE city.token (
    token_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256       text NOT NULL UNIQUE CONSTRAINT token_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    person       text NOT NULL CONSTRAINT token_person_present CHECK (person <> ''),
    post         text,
    roles        text[] NOT NULL CONSTRAINT token_roles_known CHECK (
        cardinality(roles) > 0
        AND roles <@ ARRAY['viewer', 'analyst', 'patroller', 'dispatcher', 'landuse', 'admin']
    ),
    made_at      timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
COMMENT ON TABLE city.token IS '访问令牌,只存摘要|Access tokens, as digests only';
COMMENT ON COLUMN city.token.token_id IS '令牌号|Token number';
COMMENT ON COLUMN city.token.sha256 IS '令牌摘要(SHA-256)|SHA-256 of the token';
COMMENT ON COLUMN city.token.person IS '持有人|Person it belongs to';
COMMENT ON COLUMN city.token.post IS '岗位|Post of that person';
COMMENT ON COLUMN city.token.roles IS '角色|Roles it carries';
COMMENT ON COLUMN city.token.made_at IS '签发时间|When it was issued';
COMMENT ON COLUMN city.token.expires_at IS '到期时间|When it expires';
COMMENT ON COLUMN city.token.revoked_at IS '吊销时间|When it was revoked';
COMMENT ON COLUMN city.token.last_used_at IS '最近使用时间|When it was last used';

CREATE TABLE city.session (
    sha256     text PRIMARY KEY CONSTRAINT session_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    token_id   bigint NOT NULL REFERENCES city.token ON DELETE CASCADE,
    made_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_token ON city.session (token_id);
COMMENT ON TABLE city.session IS '浏览器会话,只存摘要|Browser sessions, as digests only';
COMMENT ON COLUMN city.session.sha256 IS '会话摘要(SHA-256)|SHA-256 of the session''s secret';
COMMENT ON COLUMN city.session.token_id IS '所凭令牌|Token it was opened with';
COMMENT ON COLUMN city.session.made_at IS '登录时间|When it was opened';
COMMENT ON COLUMN city.session.expires_at IS '到期时间|When it expires';

CREATE FUNCTION city.stamp_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.known_to := NULL;
    NEW.made_by := city.person();
    NEW.known_from := transaction_timestamp();
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id <> OLD.id THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
                CONSTRAINT = TG_TABLE_NAME || '_id_kept', MESSAGE = '要素编号 id 不可更改:请新增一行。';
        END IF;
        -- A transaction that began later may have committed before us; versions must still follow one another.
        IF OLD.known_from > NEW.known_from THEN
            NEW.known_from := OLD.known_from + interval '1 microsecond';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION city.stamp_version() IS 'Row trigger: fills known_from and made_by of every new version.';

CREATE FUNCTION city.history_columns(target regclass) RETURNS text[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(attname::text ORDER BY attnum)
    FROM pg_attribute
    WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'known_to'
$$;
COMMENT ON FUNCTION city.history_columns(regclass) IS
    'Columns that history keeps of a table: all but generated ones; known_to is set by the trigger.';

CREATE FUNCTION city.keep_version() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    history   regclass := quote_ident(TG_TABLE_SCHEMA) || '.' || quote_ident(TG_TABLE_NAME || '_history');
    missing   text[];
    kept      text;
    superseded text;
BEGIN
    SELECT string_agg(quote_ident(name), ', '), string_agg('past.' || quote_ident(name), ', '),
           array_agg(name) FILTER (WHERE name <> ALL (city.history_columns(history)))
    INTO kept, superseded, missing
    FROM unnest(city.history_columns(TG_RELID::regclass)) AS name;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION USING MESSAGE = history || ' lacks ' || array_to_string(missing, ', ')
            || ': the migration that added them must CALL city.keep_history again';
    END IF;
    -- A version born and superseded in one transaction was never known to anyone: it leaves nothing.
    EXECUTE 'INSERT INTO ' || history || ' (' || kept || ', known_to) SELECT ' || superseded || ', '
        || CASE TG_OP
               WHEN 'UPDATE' THEN 'fresh.known_from FROM past JOIN fresh USING (id) WHERE past.known_from < fresh.known_from'
               WHEN 'DELETE' THEN 'greatest(transaction_timestamp(), past.known_from + interval ''1 microsecond'')'
                   || ' FROM past WHERE past.known_from <> transaction_timestamp()'
               ELSE 'greatest(transaction_timestamp(), past.known_from + interval ''1 microsecond'') FROM '
                   || TG_RELID::regclass || ' AS past WHERE past.known_from <> transaction_timestamp()'
           END;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.keep_version() IS
    'Statement trigger: moves superseded and deleted versions into <table>_history, with the time they stopped being believed.';

CREATE FUNCTION city.common_comment(column_name text) RETURNS text
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
END;
COMMENT ON FUNCTION city.common_comment(text) IS 'What the columns that every layer has mean; NULL for any other.';

CREATE FUNCTION city.copy_comments(source regclass, target regclass) RETURNS void
LANGUAGE plpgsql STRICT AS $$
DECLARE
    told record;
BEGIN
    FOR told IN
        SELECT t.attname AS name, col_description(s.attrelid, s.attnum) AS comment
        FROM pg_attribute AS s JOIN pg_attribute AS t ON t.attname = s.attname AND t.attrelid = target
        WHERE s.attrelid = source AND s.attnum > 0 AND NOT s.attisdropped AND NOT t.attisdropped
    LOOP
        EXECUTE 'COMMENT ON COLUMN ' || target || '.' || quote_ident(told.name) || ' IS ' || quote_nullable(told.comment);
    END LOOP;
END
$$;
COMMENT ON FUNCTION city.copy_comments(regclass, regclass) IS 'Gives the columns of one relation the comments of another''s.';

CREATE PROCEDURE city.keep_history(target regclass)
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

    EXECUTE 'CREATE OR REPLACE VIEW ' || now_view || ' AS SELECT * FROM ' || target
        || ' WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)';
    EXECUTE 'COMMENT ON TABLE ' || history || ' IS ' || quote_literal(zh || '的历史版本|Past versions of: ' || en);
    EXECUTE 'COMMENT ON VIEW ' || now_view || ' IS ' || quote_literal(zh || '(今日有效)|Valid today: ' || en);
    PERFORM city.copy_comments(target, history::regclass), city.copy_comments(target, now_view::regclass);
END
$$;
COMMENT ON PROCEDURE city.keep_history(regclass) IS
    'Gives a feature table its history table, triggers, uniqueness of code among overlapping validity, comments of '
    'the common columns, and its view <table>_now. Call it again after adding a column.';
