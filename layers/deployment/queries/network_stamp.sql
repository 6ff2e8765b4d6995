-- What changes whenever a row of a layer that is valid on a day does.  {table}: such as city.road.  day: date.
SELECT count(*) AS rows, max(t.known_from) AS newest, sum(t.id) AS ids
FROM {table} AS t
WHERE t.valid_from <= %(day)s::date AND (t.valid_to IS NULL OR t.valid_to > %(day)s::date)
