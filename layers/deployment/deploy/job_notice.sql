-- Tells every server, on commit, that a job was asked for, came further, or ended; and counts each change of one.
-- Runs: on every deployment (replaces itself).
-- On channel city_ and the table's name: the code of the job, and nothing else: what is told of it is asked for by who
-- may see it.
CREATE OR REPLACE FUNCTION city.count_job() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.changes := OLD.changes + 1;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION city.count_job() IS 'Row trigger: counts the changes of a job, by which who follows it goes on.';

CREATE OR REPLACE FUNCTION city.tell_job() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('city_' || TG_TABLE_NAME, NEW.code);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.tell_job() IS
    'Row trigger: notifies the channel of its table, such as city_plan, of the code of a job that changed.';
