-- Local days on which patrols started, and how many.
-- person, post: only what this person entered or what this post answers for; NULL in both for all.
SELECT city.patrol_day(p.started_at, p.made_at) AS day, count(*) AS patrols
FROM city.patrol AS p
WHERE p.superseded_at IS NULL AND p.started_at IS NOT NULL
  AND (%(person)s::text IS NULL OR p.made_by = %(person)s OR p.post_code = %(post)s)
GROUP BY day
ORDER BY day
