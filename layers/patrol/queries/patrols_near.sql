-- The patrols with a leg that may have seen any of some features, in order: one that came near enough for its fixes.
-- {table}: the features' view.  codes: text[].  margin: degrees, beyond which nobody looks.  reach_m: the largest reach.
-- factor: how many times its accuracy a fix may be wrong.  inexact_m: the worst accuracy that a fix of a leg can have.
-- modes, modes_m: the accuracy, metres, by mode where none is reported and the device says nothing.
SELECT DISTINCT l.patrol_id
FROM {table} AS t
JOIN city.leg AS l ON l.geom && ST_Expand(t.geom, %(margin)s::double precision)
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.device_now AS d ON d.code = p.device
LEFT JOIN unnest(%(modes)s::text[], %(modes_m)s::double precision[]) AS m(mode, accuracy_m) ON m.mode = p.mode
-- At the target's pole side, where a degree is shortest, and a hundredth of slack for what the projection stretches. An
-- edge is straight in metres, not in degrees: one as long as both together would bulge by this.
CROSS JOIN LATERAL (
    SELECT least(greatest(abs(ST_YMin(t.geom)), abs(ST_YMax(t.geom))) + %(margin)s::double precision, 89) AS lat,
           111700 * (
               ST_XMax(t.geom) - ST_XMin(t.geom) + ST_YMax(t.geom) - ST_YMin(t.geom)
               + ST_XMax(l.geom) - ST_XMin(l.geom) + ST_YMax(l.geom) - ST_YMin(l.geom)
           ) AS long_m
) AS place
CROSS JOIN LATERAL (
    SELECT 1.01 * (
        %(reach_m)s::double precision + place.long_m ^ 2 / 8 / 6371000 * tand(place.lat)
        + %(factor)s::double precision * greatest(
            COALESCE(l.worst_m, %(inexact_m)s::double precision), d.accuracy_m, m.accuracy_m
        )
    ) / (110574 * cosd(place.lat)) AS far_deg
) AS seeing
WHERE t.code = ANY (%(codes)s::text[])
  AND CASE
      WHEN NOT l.geom && ST_Expand(t.geom, seeing.far_deg) THEN false
      -- Of many features, and of long outlines, the box is enough: to look with the track itself takes no longer.
      WHEN cardinality(%(codes)s::text[]) > 10 OR ST_NPoints(t.geom) > 200 THEN true
      ELSE ST_DWithin(l.geom, t.geom, seeing.far_deg)
  END
ORDER BY l.patrol_id
