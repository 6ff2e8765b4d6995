-- How a patrol went; no row where there is none of this code.
SELECT mode FROM city.patrol WHERE code = %(code)s
