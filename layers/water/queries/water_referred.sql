-- What refers to a water by its banks, now or later: reaches, and duties about these banks.  what: in Chinese.
WITH bank AS (
    SELECT DISTINCT b.code
    FROM city.bank AS b
    WHERE b.water_code = %(code)s AND (b.valid_to IS NULL OR b.valid_to > greatest(b.valid_from, current_date))
)
SELECT '责任段' AS what, r.code
FROM city.reach AS r
JOIN bank AS b ON b.code = r.bank_code
WHERE r.valid_to IS NULL OR r.valid_to > greatest(r.valid_from, current_date)
UNION
SELECT '巡查职责', d.code
FROM city.duty AS d
JOIN bank AS b ON b.code = ANY (d.target_codes)
WHERE d.layer = 'bank' AND (d.valid_to IS NULL OR d.valid_to > greatest(d.valid_from, current_date))
ORDER BY 1, 2
