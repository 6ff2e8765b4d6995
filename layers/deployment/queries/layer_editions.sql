-- What editions are called.  edition_ids: their numbers.
SELECT edition_id, name FROM city.edition WHERE edition_id = ANY (%(edition_ids)s)
