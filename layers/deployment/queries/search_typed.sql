-- What was typed, folded as names are.
SELECT city.search_folded(%(typed)s)
