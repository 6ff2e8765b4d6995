-- Whose some patrols are: their numbers, who entered them, and the post they went for.
-- codes: text[].  A code that no patrol has, or has any more, gives no row.
SELECT p.code, p.patrol_id, p.made_by, p.post_code FROM city.patrol AS p WHERE p.code = ANY (%(codes)s::text[])
