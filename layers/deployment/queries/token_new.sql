-- Issues a token; only its digest is stored. Without days it never expires.
INSERT INTO city.token (sha256, person, post, roles, kiosk, expires_at)
VALUES (%(sha256)s, %(person)s, %(post)s, %(roles)s, %(kiosk)s, now() + make_interval(days => CAST(%(days)s AS integer)))
RETURNING token_id
