-- Grids that reach out of their parent, the worst first. %(codes)s: only these, and children of these.
SELECT code, parent_code, outside_m2, share FROM city.grid_outside()
WHERE code = ANY (%(codes)s) OR parent_code = ANY (%(codes)s)
ORDER BY share DESC, code
