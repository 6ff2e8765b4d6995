-- The day a water ended, or today where it did not.
SELECT COALESCE(max(valid_to) FILTER (WHERE valid_to <= current_date), current_date)
FROM city.water
WHERE code = %(code)s
