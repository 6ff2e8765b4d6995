-- Plans are jobs: their changes are counted and told. A draft is of one attempt to solve, and goes with it.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.drop_draft() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'solving' OR NEW.worker IS DISTINCT FROM OLD.worker THEN
        NEW.draft := NULL;
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION city.drop_draft() IS 'Row trigger: takes out the draft of a plan that nobody solves any more.';

CREATE OR REPLACE TRIGGER count_change BEFORE UPDATE ON city.plan
    FOR EACH ROW EXECUTE FUNCTION city.count_job();
CREATE OR REPLACE TRIGGER drop_draft BEFORE UPDATE ON city.plan
    FOR EACH ROW EXECUTE FUNCTION city.drop_draft();
CREATE OR REPLACE TRIGGER tell_change AFTER INSERT OR UPDATE ON city.plan
    FOR EACH ROW EXECUTE FUNCTION city.tell_job();
DROP FUNCTION IF EXISTS city.count_plan();
DROP FUNCTION IF EXISTS city.tell_plan();
