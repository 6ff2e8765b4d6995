-- What features are called today, of those that have a name.
-- {table}: such as city.reach_now.  codes: theirs.
SELECT t.code, to_jsonb(t) ->> 'name' AS name
FROM {table} AS t
WHERE t.code = ANY (%(codes)s)
