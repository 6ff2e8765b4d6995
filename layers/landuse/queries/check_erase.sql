-- Take out a check.
DELETE FROM city.landuse_check WHERE check_id = %(check_id)s
