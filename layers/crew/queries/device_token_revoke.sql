-- Revokes a token of a device; no row for one that is unknown or was revoked before.
-- crew: only a token of a device that this crew carries today; NULL for any.
UPDATE city.device_token AS t SET revoked_at = now()
WHERE t.device_token_id = %(token_id)s AND t.revoked_at IS NULL
  AND (%(crew)s::text IS NULL
       OR EXISTS (SELECT FROM city.device_now AS d WHERE d.code = t.device AND d.crew_code = %(crew)s))
RETURNING t.device
