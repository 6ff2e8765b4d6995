-- Whether a duty names a crew as its delegate.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.is_delegate(crew text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM city.duty AS d WHERE $1 = ANY (d.delegates))
        OR EXISTS (SELECT FROM city.duty_history AS h WHERE $1 = ANY (h.delegates))
$$;
COMMENT ON FUNCTION city.is_delegate(text) IS
    'Whether any version of any duty, now or once, names a crew as its delegate: it is then judged by its code.';
