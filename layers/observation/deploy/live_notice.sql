-- Tells every server, on commit, which observations are new, changed or settled.
-- Runs: on every deployment (replaces itself).  See city.tell_live.
CREATE OR REPLACE FUNCTION city.tell_observation() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- A later version of one that was known already is a change of it.
        PERFORM city.tell_live('observation', told.change, array_agg(told.id))
        FROM (
            SELECT c.id, CASE WHEN EXISTS (SELECT FROM city.observation AS o WHERE o.code = c.code AND o.id <> c.id)
                              THEN 'changed' ELSE 'new' END AS change
            FROM changed AS c
        ) AS told
        GROUP BY told.change;
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM city.tell_live('observation', told.change, array_agg(told.id))
        FROM (
            SELECT c.id, CASE WHEN c.state = 'settled' AND p.state <> 'settled' THEN 'settled' ELSE 'changed' END AS change
            FROM past AS p JOIN changed AS c USING (id)
        ) AS told
        GROUP BY told.change;
    ELSE
        PERFORM city.tell_live('observation', 'many', NULL);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_observation() IS
    'Statement trigger: notifies channel city_live which observations are new, changed or settled.';

CREATE OR REPLACE FUNCTION city.tell_observation_photo() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM city.tell_live('observation', 'changed', (SELECT array_agg(DISTINCT c.observation_id) FROM changed AS c));
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_observation_photo() IS
    'Statement trigger: notifies channel city_live which observations have one photo more.';

CREATE OR REPLACE TRIGGER tell_new AFTER INSERT ON city.observation REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_observation();
CREATE OR REPLACE TRIGGER tell_altered AFTER UPDATE ON city.observation REFERENCING OLD TABLE AS past NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_observation();
CREATE OR REPLACE TRIGGER tell_gone AFTER DELETE OR TRUNCATE ON city.observation
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_observation();
CREATE OR REPLACE TRIGGER tell_new AFTER INSERT ON city.observation_photo REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_observation_photo();
