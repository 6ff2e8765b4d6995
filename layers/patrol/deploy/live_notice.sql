-- Tells every server, on commit, that patrols were opened, ended, corrected or erased, and that positions came in.
-- Runs: on every deployment (replaces itself).  See city.tell_live.
-- Positions say nothing of themselves, {"kind": "fix"}: the same notice again within a transaction is sent once.
CREATE OR REPLACE FUNCTION city.tell_fix() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('city_live', '{"kind": "fix"}');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_fix() IS 'Statement trigger: notifies channel city_live that positions have to be asked for anew.';

CREATE OR REPLACE FUNCTION city.tell_patrol() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- A row that keeps what a patrol was before is no new patrol.
        PERFORM city.tell_live('patrol', 'opened',
                               (SELECT array_agg(c.patrol_id) FROM changed AS c WHERE c.superseded_at IS NULL));
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM city.tell_live('patrol', told.change, array_agg(DISTINCT told.patrol_id))
        FROM (
            SELECT COALESCE(c.superseded_by, c.patrol_id) AS patrol_id,
                   CASE WHEN c.erased_at IS NOT NULL AND p.erased_at IS NULL THEN 'erased'
                        WHEN c.closed_at IS NOT NULL AND p.closed_at IS NULL THEN 'ended'
                        WHEN (c.mode, c.datum_declared, c.crew, c.post_code, c.superseded_by)
                             IS DISTINCT FROM (p.mode, p.datum_declared, p.crew, p.post_code, p.superseded_by)
                             THEN 'corrected' END AS change
            FROM past AS p JOIN changed AS c USING (patrol_id)
        ) AS told
        WHERE told.change IS NOT NULL
        GROUP BY told.change;
    ELSE
        PERFORM city.tell_live('patrol', 'many', NULL);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_patrol() IS
    'Statement trigger: notifies channel city_live which patrols were opened, ended, corrected or erased.';

CREATE OR REPLACE TRIGGER tell_fix AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON city.fix
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_fix();
CREATE OR REPLACE TRIGGER tell_opened AFTER INSERT ON city.patrol REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_patrol();
CREATE OR REPLACE TRIGGER tell_altered AFTER UPDATE ON city.patrol REFERENCING OLD TABLE AS past NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_patrol();
CREATE OR REPLACE TRIGGER tell_gone AFTER DELETE OR TRUNCATE ON city.patrol
    FOR EACH STATEMENT EXECUTE FUNCTION city.tell_patrol();
