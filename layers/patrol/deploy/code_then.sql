-- By which code a patrol was known.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.code_then(code text, superseded_at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $2 IS NULL THEN $1 ELSE regexp_replace($1, '~[0-9]+$', '') END
$$;
COMMENT ON FUNCTION city.code_then(text, timestamptz) IS
    'The code by which a patrol was known while it was so: what was corrected is kept under its code, ~ and a number. '
    'An outing that became part of another was gathered, and has a code without.';
