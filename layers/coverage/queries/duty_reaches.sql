-- The reaches in metres that duties name, today or later.
SELECT DISTINCT d.reach_m FROM city.duty AS d WHERE d.valid_to IS NULL OR d.valid_to > current_date ORDER BY d.reach_m
