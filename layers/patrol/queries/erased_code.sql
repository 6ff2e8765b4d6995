-- Whether the patrol of this code was erased.
SELECT EXISTS (SELECT FROM city.patrol AS p WHERE p.code = %(code)s AND p.erased_at IS NOT NULL)
