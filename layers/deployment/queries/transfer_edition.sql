-- Registers an import; its counts follow when they are known.
INSERT INTO city.edition (layer, name, valid_from, source, sha256)
VALUES (%(layer)s, %(name)s, %(valid_from)s, %(source)s, %(sha256)s)
RETURNING edition_id
