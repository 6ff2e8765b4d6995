-- Every browser session that may still be used, as its token, with the earlier of both ends.
SELECT s.sha256, t.token_id, t.person, t.post, t.roles, t.kiosk,
       extract(epoch FROM least(s.expires_at, t.expires_at))::float8 AS expires_s
FROM city.session AS s JOIN city.token AS t USING (token_id)
WHERE s.expires_at > now() AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
