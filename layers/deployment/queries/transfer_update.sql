-- Corrects stored rows in place; the history keeps what was believed before. {assignments}: field = value.
UPDATE {table} AS t SET {assignments}, edition_id = %(edition_id)s
FROM pg_temp.transfer_stage AS s JOIN pg_temp.transfer_plan AS p USING (number)
WHERE t.id = p.id AND p.action = 'update' AND p.number = ANY (%(numbers)s)
