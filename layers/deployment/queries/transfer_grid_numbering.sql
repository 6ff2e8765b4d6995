-- Unit grids whose numbers do not run west to east and north to south. %(codes)s: only pairs with one of these.
SELECT code, next_code, fault FROM city.grid_numbering_warnings()
WHERE code = ANY (%(codes)s) OR next_code = ANY (%(codes)s)
