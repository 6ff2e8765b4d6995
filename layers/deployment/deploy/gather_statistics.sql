-- Statistics of tables that have grown too fast for the autovacuum, which comes by once a minute.
-- Runs: on every deployment (replaces itself). Called after much was written, by the app role, which owns no table.
-- Without statistics every search looks equally short to the planner, and it takes whichever index it finds.
CREATE OR REPLACE FUNCTION city.gather_statistics() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found record;
    made  integer := 0;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS name
        FROM pg_class AS c
        WHERE c.relnamespace = 'city'::regnamespace AND c.relkind = 'r'
          AND pg_relation_size(c.oid) / current_setting('block_size')::integer > 2 * c.relpages + 10
    LOOP
        -- Whoever else gathers them just now makes it needless, and no two may wait for each other.
        EXECUTE 'ANALYZE (SKIP_LOCKED) ' || found.name;
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;
COMMENT ON FUNCTION city.gather_statistics() IS
    'Gathers statistics of each table that has more than twice the pages it had when they were last gathered; how many. '
    'It keeps their maintenance lock to the end of the transaction, so call it last.';
