-- A bank whose shore is the same and whose name or origin of data is not.
UPDATE city.bank
SET name = %(name)s, assumed = %(assumed)s, provenance = %(provenance)s
WHERE id = %(id)s
