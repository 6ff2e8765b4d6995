-- Every token ever issued, newest first, with its state.
SELECT token_id, person, post, roles, kiosk, made_at, expires_at, revoked_at, last_used_at,
       CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'valid' END AS state
FROM city.token
ORDER BY token_id DESC
