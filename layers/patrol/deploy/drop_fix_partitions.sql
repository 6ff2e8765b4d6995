-- Months of raw fixes that nobody keeps any more.
-- Runs: on every deployment (replaces itself). Called while patrols are erased; the app role may not drop tables.
-- Whoever calls it, it drops no month in which a fix of a patrol lies that was not erased.
CREATE OR REPLACE FUNCTION city.drop_fix_partitions("before" timestamptz) RETURNS integer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    zone    text := (SELECT timezone FROM city.deployment);
    name    text;
    held    boolean;
    dropped integer := 0;
BEGIN
    FOR name IN
        SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'city.fix'::regclass AND c.relname ~ '^fix_\d{4}_\d{2}$'
          AND (to_date(substr(c.relname, 5), 'YYYY_MM') + interval '1 month') AT TIME ZONE zone <= "before"
        ORDER BY c.relname
    LOOP
        -- The parent first, as who writes fixes does; and nobody adds one between the question and the end of the table.
        LOCK TABLE city.fix IN ACCESS EXCLUSIVE MODE;
        EXECUTE 'SELECT EXISTS (SELECT FROM city.' || quote_ident(name)
            || ' AS f JOIN city.patrol AS p USING (patrol_id) WHERE p.erased_at IS NULL)' INTO held;
        IF NOT held THEN
            EXECUTE 'DROP TABLE city.' || quote_ident(name);
            dropped := dropped + 1;
        END IF;
    END LOOP;
    RETURN dropped;
END
$$;
COMMENT ON FUNCTION city.drop_fix_partitions(timestamptz) IS
    'Drops the monthly partitions of fixes wholly before an instant in which none is of a patrol that was not erased; answers how many.';
