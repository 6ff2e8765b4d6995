-- Issues the first token, of an administrator, if none was ever issued; else no row.
INSERT INTO city.token (sha256, person, post, roles)
SELECT %(sha256)s, %(person)s, %(post)s, ARRAY['admin']
WHERE NOT EXISTS (SELECT FROM city.token)
RETURNING token_id
