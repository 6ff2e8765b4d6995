-- Which columns of a row would change: a column of its name for each, true or false.
-- {table}: such as city.road.  {pairs}: comparisons of t with values that are to be.
SELECT {pairs} FROM {table} AS t WHERE t.id = %(id)s
