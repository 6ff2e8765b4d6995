-- Whether one patrol counts among those that started before an instant.
-- Runs: on every deployment (replaces itself).
-- In plpgsql, so that it is never merged into the statement that asks: a search for the newest sighting must stay one of
-- single looks in the order of time, and must not become a join over every patrol there ever was.
CREATE OR REPLACE FUNCTION city.started_before(patrol bigint, before timestamptz, modes text[], posts text[])
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM city.patrol AS p
        WHERE p.patrol_id = $1 AND p.started_at < $2
          AND ($3 IS NULL OR p.mode = ANY ($3))
          AND ($4 IS NULL OR p.post_code = ANY ($4))
    );
END
$$;
COMMENT ON FUNCTION city.started_before(bigint, timestamptz, text[], text[]) IS
    'Whether a patrol started before an instant and is of these modes and posts, NULL for any.';
