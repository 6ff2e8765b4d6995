-- Of some lines those that are new or were changed in this very transaction: as they were before (NULL: they are new),
-- and which spans of that were unknown already.  {table}, {history}, {now}: the lines' table, its history and its view.
-- CRS: 4490, as WKB; chainage in centimetres.
SELECT t.code, ST_AsBinary(was.geom) AS geom, COALESCE(told.from_cm, '{{}}') AS from_cm, COALESCE(told.to_cm, '{{}}') AS to_cm
FROM {now} AS t
LEFT JOIN LATERAL (
    SELECT h.geom FROM {history} AS h
    WHERE h.code = t.code AND h.known_to >= transaction_timestamp()
    ORDER BY h.valid_from DESC, h.known_to DESC LIMIT 1
) AS was ON true
LEFT JOIN LATERAL (
    SELECT array_agg(lower(u.span)) AS from_cm, array_agg(upper(u.span)) AS to_cm FROM city.unknown_span AS u
    WHERE u.layer = %(layer)s AND u.target_code = t.code AND u.known_to IS NULL
) AS told ON true
WHERE t.code = ANY (%(codes)s::text[]) AND t.known_from >= transaction_timestamp()
  -- Said in this transaction already, of the line as it now is.
  AND NOT EXISTS (
      SELECT FROM city.unknown_span AS u
      WHERE u.layer = %(layer)s AND u.target_code = t.code AND u.known_from >= transaction_timestamp()
  )
ORDER BY t.code
