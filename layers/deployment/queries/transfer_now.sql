-- The view of a table's rows that are true today, or the table itself where it has none. %(table)s: 'city.road'.
SELECT CASE WHEN to_regclass(%(table)s || '_now') IS NULL THEN %(table)s ELSE %(table)s || '_now' END
