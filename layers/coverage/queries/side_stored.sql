-- The banks and reaches (metres) for which what every patrol saw from its own side of the water is stored, and since when.
SELECT s.bank_code, s.reach_m, s.stored_at FROM city.side_stored AS s ORDER BY s.reach_m, s.bank_code
