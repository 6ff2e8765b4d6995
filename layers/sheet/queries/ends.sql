-- How often the links of a plan were ended: a link says how often they had been when it was signed.
-- plan: its code.
SELECT count(*) FROM city.sheet_end WHERE plan_code = %(plan)s
