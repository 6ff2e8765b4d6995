-- Whose some patrols are: their numbers, who entered them, and the post they went for.
-- codes: text[].  A code that no patrol has, or has any more, gives no row.
SELECT c.code, p.patrol_id, p.made_by, p.post_code
FROM unnest(%(codes)s::text[]) AS c(code) JOIN city.patrol AS p ON p.patrol_id = city.patrol_of(c.code)
