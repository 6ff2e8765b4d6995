-- Of these crews, those that went out on any of these local days.
SELECT DISTINCT p.crew AS code
FROM city.patrol AS p CROSS JOIN city.deployment AS d
WHERE p.crew = ANY (%(crews)s::text[]) AND p.superseded_at IS NULL
  AND (p.started_at AT TIME ZONE d.timezone)::date = ANY (%(days)s::date[])
