-- What shows some patrols to those who may not see persons: the month's names of crew and device, the day, the hours of
-- the crew then, and the post it went for.
-- patrol_ids: bigint[].  The crew is as it was on the day; one registered later as it was when it was (city.crew_post).
SELECT p.patrol_id, on_day.day, crew.name AS crew, device.name AS device,
       left(c.hours_from::text, 5) AS hours_from, left(c.hours_to::text, 5) AS hours_to,
       COALESCE(p.post_code, p.crew_post, c.post_code) AS post_code
FROM city.patrol AS p
CROSS JOIN LATERAL (SELECT city.patrol_day(p.started_at, p.made_at) AS day) AS on_day
LEFT JOIN city.pseudonym AS crew
    ON crew.kind = 'crew' AND crew.code = p.crew AND crew.month = date_trunc('month', on_day.day)::date
LEFT JOIN city.pseudonym AS device
    ON device.kind = 'device' AND device.code = p.device AND device.month = date_trunc('month', on_day.day)::date
LEFT JOIN LATERAL (
    SELECT c.hours_from, c.hours_to, c.post_code
    FROM city.crew AS c
    WHERE c.code = p.crew AND (c.valid_to IS NULL OR c.valid_to > on_day.day)
    ORDER BY c.valid_from
    LIMIT 1
) AS c ON true
WHERE p.patrol_id = ANY (%(patrol_ids)s::bigint[])
