-- The land classes that hold today with their crosswalk, as a table to hand out and to take in again.
SELECT code, name, scheme, class_code, land_group, land_sea, gb21010, citation, provenance, valid_from, valid_to
FROM city.landuse_class_now
ORDER BY code
