-- Tiles are drawn by one statement, not by a function for each layer any more.
-- Runs: on every deployment, before the layers' own functions.
DO $$
DECLARE
    old regprocedure;
BEGIN
    FOR old IN
        SELECT p.oid::regprocedure FROM pg_proc AS p
        WHERE p.pronamespace = 'city'::regnamespace AND p.prorettype = 'bytea'::regtype
          AND p.proname LIKE '%\_tile' AND pg_get_function_identity_arguments(p.oid) = 'z integer, x integer, y integer'
    LOOP
        EXECUTE 'DROP FUNCTION ' || old;
    END LOOP;
END
$$;
DROP FUNCTION IF EXISTS city.shows(geometry, integer);
DROP FUNCTION IF EXISTS city.pixel(integer);
