-- Rules and classes as a check used them; nothing where they are kept already.
INSERT INTO city.landuse_basis (sha256, content) VALUES (%(sha256)s, %(content)s::jsonb) ON CONFLICT (sha256) DO NOTHING
