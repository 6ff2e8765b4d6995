-- Registers a part of the sample; every row of it names this edition.
INSERT INTO city.edition (layer, name, valid_from, source, sample, rows_read, rows_inserted)
VALUES (%(layer)s, %(name)s, %(valid_from)s, 'seeds', true, %(rows)s, %(rows)s)
RETURNING edition_id
