-- For which post a crew went out at a time.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.crew_post(crew text, at timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT c.post_code
    FROM city.crew AS c CROSS JOIN city.deployment AS d
    WHERE c.code = $1 AND (c.valid_to IS NULL OR c.valid_to > ($2 AT TIME ZONE d.timezone)::date)
    ORDER BY c.valid_from
    LIMIT 1
$$;
COMMENT ON FUNCTION city.crew_post(text, timestamptz) IS
    'The code of the post that a crew belonged to on the local day of an instant; of a crew registered later, as it was '
    'when it was; NULL for one without a post, ended before or not known.';
