-- Part of layer_sums: what one relation of a layer holds that is true on a day, as known at a time.
-- {relation}: the table or its history, in which known_to tells until when a version was believed.
-- {value}: what it is summed by; {amounts}: its own amounts, then a NULL for each of its target's.
SELECT v.geom, true AS feature, true AS told, {value} AS value, ARRAY[{amounts}]::numeric[] AS amounts
FROM {relation} AS v
WHERE v.valid_from <= %(day)s::date AND (v.valid_to IS NULL OR v.valid_to > %(day)s::date)
  AND v.known_from <= %(known_at)s::timestamptz AND (v.known_to IS NULL OR v.known_to > %(known_at)s::timestamptz)
