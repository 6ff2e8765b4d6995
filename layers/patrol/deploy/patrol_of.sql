-- Which patrol a code leads to.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.patrol_of(code text) RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT COALESCE(p.superseded_by, p.patrol_id) FROM city.patrol AS p WHERE p.code = $1
$$;
COMMENT ON FUNCTION city.patrol_of(text) IS
    'The number of the patrol of a code, or of the one that superseded it; NULL for none. What supersedes is never superseded '
    'itself: whatever it had superseded then leads to the newest.';
