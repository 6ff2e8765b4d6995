-- Whether there is such a crew today.
SELECT EXISTS (SELECT FROM city.crew_now AS c WHERE c.code = %(code)s)
