-- Part of items: rows of one relation of a layer that are true on one of some days, as known at a time.
-- {relation}: its table or history;  {columns}: of v, or worked out of them;  first_day, last_day: both included, infinite
-- where open;  known_at: 'infinity' for what is known now. A row that ended before it began was true on no day.
SELECT {columns}, v.geom
FROM {relation} AS v
WHERE v.valid_from <= %(last_day)s::date
  AND (v.valid_to IS NULL OR v.valid_to > %(first_day)s::date AND v.valid_to > v.valid_from)
  AND v.known_from <= %(known_at)s::timestamptz AND (v.known_to IS NULL OR v.known_to > %(known_at)s::timestamptz)
