-- Revokes a token and ends its sessions; no row for one that is unknown or was revoked before.
WITH ended AS (
    DELETE FROM city.session WHERE token_id = %(token_id)s
)
UPDATE city.token SET revoked_at = now()
WHERE token_id = %(token_id)s AND revoked_at IS NULL
RETURNING person
