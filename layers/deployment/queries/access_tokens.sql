-- Every token that may still be used, for the servers' table in memory.
SELECT sha256, token_id, person, post, roles, kiosk, extract(epoch FROM expires_at)::float8 AS expires_s
FROM city.token
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
