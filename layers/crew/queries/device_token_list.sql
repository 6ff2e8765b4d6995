-- Every token of a device ever issued, newest first, with the device and crew as they are today and its state.
SELECT t.device_token_id, t.device, d.name, d.crew_code, d.datum, t.made_by, t.made_at, t.revoked_at, t.last_used_at,
       t.refused, t.refused_at, t.refused_why,
       CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked' WHEN d.code IS NULL THEN 'ended' ELSE 'valid' END AS state
FROM city.device_token AS t LEFT JOIN city.device_now AS d ON d.code = t.device
WHERE %(crew)s::text IS NULL OR d.crew_code = %(crew)s
ORDER BY t.device_token_id DESC
