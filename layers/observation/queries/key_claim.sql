-- Claims the key that a sender gave an observation; no row where it was taken. Waits for another sender of the same.
INSERT INTO city.observation_key (key, sha256) VALUES (%(key)s, %(sha256)s) ON CONFLICT DO NOTHING RETURNING key
