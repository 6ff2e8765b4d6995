-- Where the page after an observation begins. %(code)s: the last of the page before.
SELECT found_at, id FROM city.observation WHERE code = %(code)s ORDER BY valid_from DESC LIMIT 1
