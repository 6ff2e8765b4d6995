-- Tells every server, on commit, which rows screens are to be told of.
-- Runs: on every deployment (replaces itself).
-- On channel city_live: {"kind": "patrol", "change": "opened", "ids": [7, 8]}, by number and never by place or name;
-- change is 'many' and ids null where a list would be too long for a notice (8,000 bytes), or nothing is left to name.
CREATE OR REPLACE FUNCTION city.tell_live(kind text, change text, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL AND change <> 'many' THEN
        RETURN;
    END IF;
    PERFORM pg_notify('city_live', CASE
        WHEN cardinality(ids) <= 200 THEN jsonb_build_object('kind', kind, 'change', change, 'ids', ids)
        ELSE jsonb_build_object('kind', kind, 'change', 'many', 'ids', NULL)
    END::text);
END
$$;
COMMENT ON FUNCTION city.tell_live(text, text, bigint[]) IS
    'Notifies channel city_live of rows of a kind by their numbers; of nothing where there are none.';
