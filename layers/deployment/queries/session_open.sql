-- Opens a browser session, which ends with its token at the latest, and clears away those that have ended.
WITH ended AS (
    DELETE FROM city.session WHERE expires_at <= now()
)
INSERT INTO city.session (sha256, token_id, expires_at)
SELECT %(sha256)s, token_id, least(now() + make_interval(secs => %(seconds)s), expires_at)
FROM city.token
WHERE token_id = %(token_id)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
RETURNING extract(epoch FROM expires_at - now())::integer AS seconds
