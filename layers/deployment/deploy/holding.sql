-- Whether the database holds the sample, real data, both or nothing: what reading without a token hangs on.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.holding(feature_tables regclass[]) RETURNS text
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    sample boolean := EXISTS (SELECT FROM city.edition AS e WHERE e.sample)
                   OR EXISTS (SELECT FROM city.patrol AS p WHERE p.sample);
    actual boolean := EXISTS (SELECT FROM city.edition AS e WHERE NOT e.sample)
                   OR EXISTS (SELECT FROM city.patrol AS p WHERE NOT p.sample);
    asked  regclass;
BEGIN
    FOREACH asked IN ARRAY feature_tables
    LOOP
        EXIT WHEN actual;
        -- Neither import nor seed wrote such a row: whoever did, it is no sample.
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || asked || ' WHERE edition_id IS NULL)' INTO actual;
    END LOOP;
    RETURN CASE WHEN sample AND actual THEN 'mixed' WHEN actual THEN 'real' WHEN sample THEN 'sample' ELSE 'empty' END;
END
$$;
COMMENT ON FUNCTION city.holding(regclass[]) IS
    'sample, real, mixed or empty, by editions, patrols and rows of these tables that belong to no edition.';
