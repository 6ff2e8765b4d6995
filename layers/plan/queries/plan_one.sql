-- A plan by its code, without what changes are judged on; no row where there is none. ahead: how many are before it;
-- changeable: whether there is what changes are judged on.
SELECT p.plan_id, p.code, p.name, p.days, p.asked, p.crews, p.status, p.progress, p.draft, p.fault, p.attempts,
       p.worker, p.cancel_at, p.known_at, p.started_at, p.ended_at, p.revision, p.changes, p.made_by, p.made_at,
       p.erased_at, p.erased_by, r.answer, p.status IN ('done', 'cancelled') AND p.problem IS NOT NULL AS changeable,
       (SELECT count(*) FROM city.plan AS o
        WHERE p.status = 'queued' AND o.status IN ('queued', 'solving') AND o.plan_id < p.plan_id) AS ahead
FROM city.plan AS p
LEFT JOIN city.plan_revision AS r ON r.plan_id = p.plan_id AND r.revision = p.revision
WHERE p.code = %(code)s
