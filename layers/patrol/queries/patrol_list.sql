-- Patrols that started in a period, the newest first.
-- start, end: instants, half-open.  person, post: only what this person entered or what this post answers for;
-- NULL in both for all.  numbers: only these patrols; NULL for all.
SELECT p.patrol_id, p.code, p.device, p.crew, p.post_code, p.mode, p.datum_declared, p.started_at, p.ended_at,
       p.fixes_read, p.fixes_kept, p.left_out, p.length_m, p.sample, p.made_at
FROM city.patrol AS p
WHERE p.superseded_at IS NULL
  AND COALESCE(p.started_at, p.made_at) >= %(start)s::timestamptz
  AND COALESCE(p.started_at, p.made_at) < %(end)s::timestamptz
  AND (%(numbers)s::bigint[] IS NULL OR p.patrol_id = ANY (%(numbers)s::bigint[]))
  AND (%(person)s::text IS NULL OR p.made_by = %(person)s OR p.post_code = %(post)s)
ORDER BY COALESCE(p.started_at, p.made_at) DESC, p.patrol_id DESC
LIMIT %(row_limit)s
