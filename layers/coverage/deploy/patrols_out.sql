-- The patrols that belong to a period, by mode and by the post they name.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.patrols_out(start_at timestamptz, end_at timestamptz, modes text[], posts text[])
RETURNS TABLE (patrol_id bigint, ended_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT p.patrol_id, p.ended_at
    FROM city.patrol AS p
    WHERE p.started_at >= $1 AND p.started_at < $2
      AND ($3 IS NULL OR p.mode = ANY ($3))
      AND ($4 IS NULL OR p.post_code = ANY ($4))
$$;
COMMENT ON FUNCTION city.patrols_out(timestamptz, timestamptz, text[], text[]) IS
    'Patrols that started in a half-open period, and when each ended: one belongs to when it starts and is never cut. '
    'modes, posts: of which, or NULL for any.';
