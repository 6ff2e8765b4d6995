-- Months of the table of raw fixes.
-- Runs: on every deployment (replaces itself). Called before fixes are written, by the app role, which may not make tables.
CREATE OR REPLACE FUNCTION city.make_fix_partitions("from" timestamptz, "to" timestamptz) RETURNS integer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    zone    text := (SELECT timezone FROM city.deployment);
    month   timestamp := date_trunc('month', "from" AT TIME ZONE zone);
    name    text;
    missing boolean;
    made    integer := 0;
BEGIN
    IF NOT isfinite("from") OR NOT isfinite("to") OR "to" - "from" > interval '36600 days' THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
            MESSAGE = '定位点时间跨度超过一百年:请检查时间是否有误。';
    END IF;
    WHILE month <= "to" AT TIME ZONE zone LOOP
        name := 'fix_' || to_char(month, 'YYYY_MM');
        IF to_regclass('city.' || name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('city.make_fix_partitions'));
            -- Asked of the catalogue itself: what is remembered of names may be older than the lock that was waited for.
            missing := NOT EXISTS (
                SELECT FROM pg_class AS c WHERE c.relname = name AND c.relnamespace = 'city'::regnamespace
            );
        ELSE
            missing := false;
        END IF;
        IF missing THEN
            -- Made apart and then attached, which does not lock readers out.
            EXECUTE 'CREATE TABLE city.' || name || ' (LIKE city.fix INCLUDING ALL)';
            EXECUTE 'ALTER TABLE city.fix ATTACH PARTITION city.' || name || ' FOR VALUES FROM ('
                || quote_literal(month AT TIME ZONE zone) || ') TO ('
                || quote_literal((month + interval '1 month') AT TIME ZONE zone) || ')';
            EXECUTE 'COMMENT ON TABLE city.' || name || ' IS '
                || quote_literal('定位点,' || to_char(month, 'YYYY-MM') || '|Raw fixes of ' || to_char(month, 'YYYY-MM'));
            made := made + 1;
        END IF;
        month := month + interval '1 month';
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION city.make_fix_partitions(timestamptz, timestamptz) IS
    'Makes the monthly partitions that fixes of a stretch of time need, both ends included; answers how many were new.';
