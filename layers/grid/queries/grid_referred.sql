-- What refers to a grid, now or later: the grids in it, and the plots of its village.  what: in Chinese.
SELECT '下级网格' AS what, g.code
FROM city.grid AS g
WHERE g.parent_code = %(code)s AND (g.valid_to IS NULL OR g.valid_to > greatest(g.valid_from, current_date))
UNION ALL
SELECT '耕地图斑', f.code
FROM city.farmland AS f
WHERE f.village_code = %(code)s AND (f.valid_to IS NULL OR f.valid_to > greatest(f.valid_from, current_date))
ORDER BY 1, 2
