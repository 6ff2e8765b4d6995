-- Corrects a row in place; the history keeps what was believed before.
-- {table}: such as city.road.  {assignments}: column = value.
UPDATE {table} SET {assignments} WHERE id = %(id)s
