-- Crews that were out at an instant and from which nothing had come for so many minutes; the longest silent first.
-- at: NULL for now.  person, post: only crews and patrols of this person or post; NULL in both for all.  CRS: degrees.
-- Out is a patrol that was opened for a device and not declared over: one that is gathered from what a device sends ends
-- by itself where nothing comes for gap_s, one that was opened by somebody after a day. Nobody is missed after the crew's
-- hours: a phone that is switched off at home is silent, too. What a file brought was never out.
-- Any position is a sign of life, also one that is not believed; where the crew was is told by the last believed one.
WITH asked AS (SELECT COALESCE(%(at)s::timestamptz, now()) AS at),
outing AS (
    SELECT a.at, p.patrol_id, p.code, p.device, p.crew, p.mode, p.post_code, p.gathered, p.made_at, c.name AS crew_name,
           c.hours_from IS NULL
           OR CASE WHEN c.hours_from < c.hours_to THEN a.at::time >= c.hours_from AND a.at::time < c.hours_to
                   ELSE a.at::time >= c.hours_from OR a.at::time < c.hours_to END AS in_hours
    FROM asked AS a
    JOIN city.patrol AS p ON p.made_at <= a.at AND greatest(p.ended_at, p.made_at) > a.at - interval '1 day'
    LEFT JOIN city.crew_now AS c ON c.code = p.crew
    WHERE p.device IS NOT NULL AND p.source_sha256 IS NULL AND p.erased_at IS NULL AND p.superseded_at IS NULL
      AND (p.closed_at IS NULL OR p.closed_at > a.at)
      AND (%(person)s::text IS NULL OR p.made_by = %(person)s OR p.post_code = %(post)s OR c.post_code = %(post)s
           OR %(person)s = ANY (regexp_split_to_array(c.members, '[、,,;;[:space:]]+')))
),
newest AS (
    SELECT DISTINCT ON (COALESCE(o.crew, o.device)) o.*, COALESCE(f.time, o.made_at) AS heard_at, f.time IS NULL AS never
    FROM outing AS o
    LEFT JOIN LATERAL (
        SELECT f.time FROM city.fix AS f
        WHERE f.device = o.device AND f.patrol_id = o.patrol_id
          AND f.time > o.at - interval '2 days' AND f.time <= o.at
        ORDER BY f.time DESC
        LIMIT 1
    ) AS f ON true
    ORDER BY COALESCE(o.crew, o.device), heard_at DESC, o.patrol_id DESC
)
SELECT n.code AS patrol, n.crew, n.crew_name, n.device, n.mode, n.post_code, n.never, n.heard_at,
       n.heard_at + %(minutes)s * interval '1 minute' AS since, f.lon, f.lat
FROM newest AS n
LEFT JOIN LATERAL (
    SELECT f.lon, f.lat FROM city.fix AS f
    WHERE f.device = n.device AND f.patrol_id = n.patrol_id AND f.left_out IS NULL
      AND f.time > n.at - interval '2 days' AND f.time <= n.at
    ORDER BY f.time DESC
    LIMIT 1
) AS f ON true
WHERE n.in_hours AND n.heard_at + %(minutes)s * interval '1 minute' <= n.at
  AND n.heard_at > n.at - CASE WHEN n.gathered THEN %(gap_s)s * interval '1 second' ELSE interval '1 day' END
ORDER BY n.heard_at, n.code
LIMIT %(row_limit)s
