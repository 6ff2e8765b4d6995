-- For whom an outing is handed in: whether its post was ever there, and whether its crew, and the crew of its device,
-- are this person's or this post's; NULL for a crew that is not registered, or none.
WITH named AS (
    SELECT 'crew' AS by, c.post_code, c.members FROM city.crew_now AS c WHERE c.code = %(crew)s
    UNION ALL
    SELECT 'device', c.post_code, c.members
    FROM city.device_now AS d JOIN city.crew_now AS c ON c.code = d.crew_code WHERE d.code = %(device)s
),
owned AS (
    SELECT n.by, COALESCE(n.post_code = %(own_post)s, false)
                 OR COALESCE(%(person)s = ANY (regexp_split_to_array(n.members, '[、,,;;[:space:]]+')), false) AS own
    FROM named AS n
)
SELECT EXISTS (SELECT FROM city.post AS p WHERE p.code = %(post_code)s) AS post_known,
       (SELECT bool_and(o.own) FROM owned AS o WHERE o.by = 'crew') AS crew_own,
       (SELECT bool_and(o.own) FROM owned AS o WHERE o.by = 'device') AS device_own
