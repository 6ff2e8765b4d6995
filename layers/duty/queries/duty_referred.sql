-- The duties, now or later, that are about a feature of a layer by its code, or about what lies in that grid.
SELECT '巡查职责' AS what, d.code
FROM city.duty AS d
WHERE (d.layer = %(layer)s AND %(code)s = ANY (d.target_codes) OR %(layer)s = 'grid' AND d.within_code = %(code)s)
  AND (d.valid_to IS NULL OR d.valid_to > greatest(d.valid_from, current_date))
ORDER BY d.code
