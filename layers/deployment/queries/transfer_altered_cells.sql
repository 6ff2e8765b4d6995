-- Every field that changes of every changed row, in the order of the file.  {changed}: transfer_changed.
WITH changed AS (
    {changed}
)
SELECT number, code, field, was, becomes
FROM changed
ORDER BY number, field
