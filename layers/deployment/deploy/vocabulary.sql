-- What the values of a column are called, where they are rows of a table instead of a fixed list.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE FUNCTION city.vocabulary(relation regclass, column_number smallint) RETURNS text
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    held regclass := (
        SELECT c.confrelid
        FROM pg_constraint AS c
        JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = c.confkey[1] AND a.attname = 'code'
        WHERE c.conrelid = relation AND c.contype = 'f' AND c.conkey[1] = column_number
          AND 3 = (SELECT count(*) FROM pg_attribute AS t
                   WHERE t.attrelid = c.confrelid AND t.attname IN ('zh', 'en', 'rank') AND NOT t.attisdropped)
        ORDER BY c.conname
        LIMIT 1
    );
    told text;
BEGIN
    IF held IS NOT NULL THEN
        EXECUTE 'SELECT string_agg(code || ''='' || zh || ''|'' || en, ''; '' ORDER BY rank, code) FROM ' || held
            INTO told;
    END IF;
    RETURN told;
END
$$;
COMMENT ON FUNCTION city.vocabulary(regclass, smallint) IS
    'The values of a column that refers to a table with code, zh, en and rank, as comments list those of an enumeration: '
    '''code=中文|English; …''; NULL for any other column.';
