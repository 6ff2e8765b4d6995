-- What was seen of areas and points in a period, by target and bound: visits, dwell, the nearest, and the parts seen.
-- Parameters as in lines.sql.  most: the sum over visits of the share seen and its error: what all together can come to.
-- parts: what was seen of an area, one part for each visit, collected; CRS 4490, as WKB. NULL where none was measured.
SELECT s.target_code AS code, s.bound, count(*) AS visits, sum(s.dwell_s) AS dwell_s, min(s.distance_m) AS distance_m,
       sum(s.share + s.share_error) AS most, ST_AsBinary(ST_Collect(s.seen)) AS parts
FROM city.whole_sighting AS s
CROSS JOIN city.deployment AS d
WHERE s.layer = %(layer)s AND s.reach_m = %(reach_m)s::real
  AND s.known_from <= COALESCE(%(known_at)s::timestamptz, 'infinity')
  AND (s.known_to IS NULL OR s.known_to > %(known_at)s::timestamptz)
  AND s.last_at >= %(start)s::timestamptz AND s.first_at < %(end)s::timestamptz
  -- The longest visit of all bounds how late one may end that began in time: the index then has both ends.
  AND s.last_at < %(end)s::timestamptz
      + (SELECT max(long.last_at - long.first_at) FROM city.whole_sighting AS long) + interval '1 second'
  AND (%(codes)s::text[] IS NULL OR s.target_code = ANY (%(codes)s::text[]))
  AND (%(modes)s::text[] IS NULL AND %(posts)s::text[] IS NULL OR s.patrol_id IN (
      SELECT p.patrol_id FROM city.patrol AS p
      WHERE (%(modes)s::text[] IS NULL OR p.mode = ANY (%(modes)s::text[]))
        AND (%(posts)s::text[] IS NULL OR p.post_code = ANY (%(posts)s::text[]))
  ))
  AND (%(from_s)s::integer[] IS NULL OR city.in_hours(
      s.first_at, s.last_at, d.timezone, %(from_s)s::integer[], %(to_s)s::integer[], %(weekdays)s::integer[]
  ))
GROUP BY s.target_code, s.bound
