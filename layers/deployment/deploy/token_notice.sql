-- Tells every server at once, on commit, that tokens, sessions or what the database holds have changed.
-- Runs: on every deployment (replaces itself). One notice a transaction, without content: hearers read anew.
CREATE OR REPLACE FUNCTION city.tell_access() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('city_access', '');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_access() IS
    'Statement trigger: notifies channel city_access that who may read what has to be read anew.';

CREATE OR REPLACE TRIGGER tell_access
    AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF sha256, person, post, roles, expires_at, revoked_at ON city.token
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_access();
CREATE OR REPLACE TRIGGER tell_access
    AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE ON city.session
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_access();
CREATE OR REPLACE TRIGGER tell_access
    AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF sample ON city.edition
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_access();

-- Every table whose rows come in editions, patrols among them: a row without one is no sample.
DO $$
DECLARE
    told regclass;
BEGIN
    FOR told IN
        SELECT c.oid::regclass
        FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        WHERE a.attname = 'edition_id' AND NOT a.attisdropped AND c.relkind = 'r'
          AND c.relnamespace = 'city'::regnamespace AND c.relname <> 'edition' AND c.relname NOT LIKE '%\_history'
          AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'tell_access')
    LOOP
        EXECUTE 'CREATE TRIGGER tell_access AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF edition_id ON ' || told
            || ' FOR EACH STATEMENT EXECUTE FUNCTION city.tell_access()';
    END LOOP;
END
$$;
