-- What was seen of areas and points by the patrols of a period, by target and bound: visits, dwell, the nearest, the parts.
-- Parameters as in lines.sql.  most: the sum over visits of the share seen and its error: what all together can come to.
-- parts: what was seen of an area, one part for each visit, collected; CRS 4490, as WKB. NULL where none was measured.
WITH outing AS MATERIALIZED (
    SELECT o.patrol_id, o.ended_at
    FROM city.patrols_out(%(start)s::timestamptz, %(end)s::timestamptz, %(modes)s::text[], %(posts)s::text[]) AS o
)
SELECT s.target_code AS code, s.bound, count(*) AS visits, sum(s.dwell_s) AS dwell_s, min(s.distance_m) AS distance_m,
       sum(s.share + s.share_error) AS most, ST_AsBinary(ST_Collect(s.seen)) AS parts
FROM city.whole_sighting AS s
JOIN outing USING (patrol_id)
CROSS JOIN city.deployment AS d
WHERE s.layer = %(layer)s AND s.reach_m = %(reach_m)s::real
  AND s.known_from <= COALESCE(%(known_at)s::timestamptz, 'infinity')
  AND (s.known_to IS NULL OR s.known_to > %(known_at)s::timestamptz)
  -- Between the first start and the last end of these patrols lies all that they saw: the index then has both ends.
  AND s.last_at >= %(start)s::timestamptz AND s.last_at <= (SELECT max(ended_at) FROM outing)
  AND (%(codes)s::text[] IS NULL OR s.target_code = ANY (%(codes)s::text[]))
  AND (%(from_s)s::integer[] IS NULL OR city.in_hours(
      s.first_at, s.last_at, d.timezone, %(from_s)s::integer[], %(to_s)s::integer[], %(weekdays)s::integer[]
  ))
GROUP BY s.target_code, s.bound
