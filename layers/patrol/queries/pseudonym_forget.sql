-- Drops the names of crews and devices of which no patrol of the month is left.
-- Runs: after persons were erased.
DELETE FROM city.pseudonym AS n
WHERE NOT EXISTS (
    SELECT FROM city.patrol AS p
    WHERE CASE n.kind WHEN 'crew' THEN p.crew WHEN 'device' THEN p.device END = n.code
      AND date_trunc('month', city.patrol_day(p.started_at, p.made_at))::date = n.month
)
