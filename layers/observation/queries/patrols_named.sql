-- How some patrols went, and from when to when they were out, for what is said to be found on them.  codes: text[].
-- patrol_code: of the one that a code leads to, where that was corrected or became part of another.
-- Both times are NULL before the first fix.  begins_at: one that was opened beforehand began when it was.  ends_at: of one
-- that came whole in a file, its last fix; of another no less than when it was declared over, or a day after it began:
-- its fixes may be late, and no outing is longer.
SELECT c.code, p.code AS patrol_code, p.mode,
       CASE WHEN p.started_at IS NOT NULL THEN least(p.started_at, p.made_at) END AS begins_at,
       CASE WHEN p.source_sha256 IS NOT NULL OR p.erased_at IS NOT NULL THEN p.ended_at
            ELSE greatest(p.ended_at, least(p.closed_at, p.started_at + interval '1 day')) END AS ends_at
FROM unnest(%(codes)s::text[]) AS c(code) JOIN city.patrol AS p ON p.patrol_id = city.patrol_of(c.code)
