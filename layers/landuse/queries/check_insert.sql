-- A check as it was made, with the number that its code does not tell.  versions: what of the city it read.
INSERT INTO city.landuse_check (
    code, name, activity, as_of, known_at, then_as_of, then_known_at, tolerance_m, asked, outline, basis_id, then_basis_id,
    versions, answer, area_m2, whole, signed_in, made_at
)
SELECT %(code)s, %(name)s, %(activity)s, %(as_of)s, %(known_at)s, %(then_as_of)s, %(then_known_at)s, %(tolerance_m)s,
       %(asked)s::jsonb, %(outline)s, b.basis_id, (SELECT t.basis_id FROM city.landuse_basis AS t WHERE t.sha256 = %(then_basis)s),
       %(versions)s::jsonb, %(answer)s, %(area_m2)s, %(whole)s, %(signed_in)s, %(made_at)s
FROM city.landuse_basis AS b
WHERE b.sha256 = %(basis)s
ON CONFLICT (code) DO NOTHING
RETURNING check_id
