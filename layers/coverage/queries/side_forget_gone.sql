-- What patrols saw of banks that are no longer there, after a sample was taken out: with the bank it has no meaning.
WITH gone AS (
    DELETE FROM city.side_stored AS s
    WHERE NOT EXISTS (SELECT FROM city.bank AS b WHERE b.code = s.bank_code)
    RETURNING s.bank_code
)
DELETE FROM city.side_sighting AS s WHERE s.target_code IN (SELECT g.bank_code FROM gone AS g)
