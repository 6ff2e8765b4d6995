-- What an import came to.
UPDATE city.edition
SET rows_read = %(read)s, rows_inserted = %(inserted)s, rows_updated = %(updated)s, rows_unchanged = %(unchanged)s,
    rows_withdrawn = %(withdrawn)s, rows_rejected = %(rejected)s
WHERE edition_id = %(edition_id)s
