-- One token by its digest, if it may still be used: asked where the table in memory cannot answer.
SELECT sha256, token_id, person, post, roles, kiosk, extract(epoch FROM expires_at)::float8 AS expires_s
FROM city.token
WHERE sha256 = %(sha256)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
