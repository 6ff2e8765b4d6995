-- What patrols whose legs are gone are known to have seen of some lines, by the line as it was when that was worked out.
-- {sighting}: city.sighting, or city.side_sighting.  {table}, {history}: the lines' table and its history.  codes: text[].
-- ids, from_cm, to_cm: in the same order.  CRS: 4490, as WKB; chainage in centimetres.
SELECT s.target_code AS code, was.geom, array_agg(s.sighting_id ORDER BY s.sighting_id) AS ids,
       array_agg(lower(s.span) ORDER BY s.sighting_id) AS from_cm, array_agg(upper(s.span) ORDER BY s.sighting_id) AS to_cm
FROM {sighting} AS s
CROSS JOIN LATERAL (
    SELECT ST_AsBinary(v.geom) AS geom
    FROM (
        SELECT t.geom, t.valid_from, t.known_from, NULL::timestamptz AS known_to FROM {table} AS t
        WHERE t.code = s.target_code
        UNION ALL
        SELECT h.geom, h.valid_from, h.known_from, h.known_to FROM {history} AS h WHERE h.code = s.target_code
    ) AS v
    WHERE v.known_from <= s.known_from AND (v.known_to IS NULL OR v.known_to > s.known_from)
      AND v.valid_from <= s.known_from::date
    ORDER BY v.valid_from DESC
    LIMIT 1
) AS was
WHERE s.layer = %(layer)s AND s.target_code = ANY (%(codes)s::text[]) AND s.known_to IS NULL
  AND NOT EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = s.patrol_id)
GROUP BY s.target_code, was.geom
ORDER BY s.target_code
