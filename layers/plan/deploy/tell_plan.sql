-- Tells every server, on commit, that plans were asked for, came further, or ended; and counts each change of one.
-- Runs: on every deployment (replaces itself).
-- On channel city_plan: the code of the plan, and nothing else: what is told of it is asked for by who may see it.
CREATE OR REPLACE FUNCTION city.count_plan() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.changes := OLD.changes + 1;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION city.count_plan() IS 'Row trigger: counts the changes of a plan, by which who follows it goes on.';

CREATE OR REPLACE FUNCTION city.tell_plan() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('city_plan', NEW.code);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_plan() IS 'Row trigger: notifies channel city_plan of the code of a plan that changed.';

CREATE OR REPLACE TRIGGER count_change BEFORE UPDATE ON city.plan
    FOR EACH ROW EXECUTE FUNCTION city.count_plan();
CREATE OR REPLACE TRIGGER tell_change AFTER INSERT OR UPDATE ON city.plan
    FOR EACH ROW EXECUTE FUNCTION city.tell_plan();
