-- A batch to be changed, held until the end of the transaction; no row where there is none.
SELECT b.batch_id, b.code, b.status, b.made_by, b.signed_in, b.erased_at
FROM city.landuse_batch AS b WHERE b.code = %(code)s FOR UPDATE
