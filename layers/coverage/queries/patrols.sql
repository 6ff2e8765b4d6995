-- What judging patrols needs to know of them: for whom they went out, how, when, and for how many recorded minutes.
-- patrol_ids: bigint[].  code: by which it was known then.  A patrol goes out for the post it names and for the one its crew belonged to then; where it was
-- erased, what was noted then stands for its crew and its legs. A crew of which patrols were erased has one name in all of them.
SELECT p.patrol_id, city.code_then(p.code, p.superseded_at) AS code, p.mode,
       CASE WHEN a.name IS NULL OR city.is_delegate(p.crew) THEN COALESCE(p.crew, p.judged_as, '') ELSE a.name END AS crew,
       array_remove(ARRAY[p.post_code, COALESCE(p.crew_post, its_post)], NULL) AS posts,
       extract(epoch FROM COALESCE(p.started_at, p.made_at))::double precision AS started_s,
       extract(epoch FROM COALESCE(p.ended_at, p.made_at))::double precision AS ended_s,
       COALESCE(p.minutes, l.minutes, 0) AS minutes
FROM city.patrol AS p
CROSS JOIN LATERAL city.crew_post(p.crew, COALESCE(p.started_at, p.made_at)) AS its_post
LEFT JOIN city.crew_alias AS a ON a.crew = p.crew
LEFT JOIN LATERAL (
    SELECT sum(extract(epoch FROM leg.ended_at - leg.started_at))::double precision / 60 AS minutes
    FROM city.leg WHERE leg.patrol_id = p.patrol_id
) AS l ON true
WHERE p.patrol_id = ANY (%(patrol_ids)s::bigint[])
ORDER BY p.patrol_id
