-- A check by its code, with the rules and classes that it went by; no row where there is none.
SELECT c.check_id, c.code, c.name, c.activity, c.as_of, c.known_at, c.then_as_of, c.then_known_at, c.tolerance_m, c.asked,
       c.outline, c.versions, c.answer, c.area_m2, c.whole, c.signed_in, c.made_by, c.made_at, b.content AS basis,
       t.content AS then_basis
FROM city.landuse_check AS c
JOIN city.landuse_basis AS b ON b.basis_id = c.basis_id
LEFT JOIN city.landuse_basis AS t ON t.basis_id = c.then_basis_id
WHERE c.code = %(code)s
