-- The device that a token belongs to, as it is today, with its crew; no row for a token that may not be used.
SELECT t.device_token_id, d.code AS device, d.datum, c.code AS crew, COALESCE(c.mode, 'foot') AS mode, c.post_code,
       t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS note_use
FROM city.device_token AS t
JOIN city.device_now AS d ON d.code = t.device
LEFT JOIN city.crew_now AS c ON c.code = d.crew_code
WHERE t.sha256 = %(sha256)s AND t.revoked_at IS NULL
