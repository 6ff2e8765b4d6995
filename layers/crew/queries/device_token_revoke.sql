-- Revokes a token of a device; no row for one that is unknown or was revoked before.
UPDATE city.device_token SET revoked_at = now()
WHERE device_token_id = %(token_id)s AND revoked_at IS NULL
RETURNING device
