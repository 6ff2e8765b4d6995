-- Notes what changes of months that are over: of sightings by layer and reach, of legs, flags and crews for all.
-- Runs: on every deployment (replaces itself).  Whoever keeps a state of a duty holds this lock alone, reads, and dates
-- it by the clock; whoever changes what it was read from holds the lock with others, and is dated by the clock under it.
CREATE OR REPLACE FUNCTION city.month_began() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
    SELECT date_trunc('month', clock_timestamp() AT TIME ZONE d.timezone) AT TIME ZONE d.timezone FROM city.deployment AS d
$$;
COMMENT ON FUNCTION city.month_began() IS 'When this month began, by the clock of the deployment.';

CREATE OR REPLACE FUNCTION city.note_past_seen() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := city.month_began();
BEGIN
    IF EXISTS (SELECT FROM changed AS c WHERE c.first_at < began) THEN
        PERFORM pg_advisory_xact_lock_shared(hashtext('city.sighting'));
        INSERT INTO city.past_change (layer, reach_m, first_at)
        SELECT c.layer, c.reach_m, min(c.first_at) FROM changed AS c WHERE c.first_at < began GROUP BY c.layer, c.reach_m;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.note_past_seen() IS 'Statement trigger: notes which sightings of months that are over changed.';

CREATE OR REPLACE FUNCTION city.note_past() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    first_at timestamptz;
BEGIN
    EXECUTE 'SELECT min(' || quote_ident(TG_ARGV[0]) || ') FROM changed' INTO first_at;
    IF first_at < city.month_began() THEN
        PERFORM pg_advisory_xact_lock_shared(hashtext('city.sighting'));
        INSERT INTO city.past_change (first_at) VALUES (first_at);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION city.note_past() IS
    'Statement trigger: notes that something of months that are over changed on which every state may rest; its argument '
    'names the column that says since when.';

-- Transition tables are of one event each: three triggers a table.
DO $$
DECLARE
    watched record;
    event   record;
BEGIN
    FOR watched IN VALUES
        ('sighting', 'note_past_seen()'), ('whole_sighting', 'note_past_seen()'), ('side_sighting', 'note_past_seen()'),
        ('leg', $f$note_past('started_at')$f$), ('flag', $f$note_past('from_at')$f$), ('crew', $f$note_past('valid_from')$f$)
    LOOP
        FOR event IN VALUES ('entered', 'INSERT', 'NEW'), ('altered', 'UPDATE', 'NEW'), ('removed', 'DELETE', 'OLD') LOOP
            EXECUTE format(
                'CREATE OR REPLACE TRIGGER past_%s AFTER %s ON city.%I REFERENCING %s TABLE AS changed'
                ' FOR EACH STATEMENT EXECUTE FUNCTION city.%s',
                event.column1, event.column2, watched.column1, event.column3, watched.column2
            );
        END LOOP;
    END LOOP;
END
$$;
