-- Takes the sample's rows out of a table. Deleting keeps versions, so the history is cleared afterwards.
DELETE FROM {table} WHERE edition_id IN (SELECT edition_id FROM city.edition WHERE sample)
