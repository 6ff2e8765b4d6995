-- Keep a key where there is none yet: of two at once the first is kept.
-- secret: 32 random bytes.
INSERT INTO city.sheet_key (secret) VALUES (%(secret)s) ON CONFLICT DO NOTHING
