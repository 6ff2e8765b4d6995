-- Until when those patrols were out that started before an instant.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.last_end(before timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT p.ended_at FROM city.patrol AS p
    WHERE p.started_at < $1 AND p.ended_at IS NOT NULL
    ORDER BY p.ended_at DESC
    LIMIT 1
$$;
COMMENT ON FUNCTION city.last_end(timestamptz) IS
    'When the last of those patrols ended that started before an instant: nothing that they saw is later. NULL for none.';
