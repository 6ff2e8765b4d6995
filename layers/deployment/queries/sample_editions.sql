-- The parts of the sample that are loaded.
SELECT layer, name, edition_id, rows_inserted FROM city.edition WHERE sample ORDER BY edition_id
