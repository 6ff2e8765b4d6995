-- The day of the newest edition of a layer that is no later than %(as_of)s, but for the sample's.
SELECT max(valid_from) FROM city.edition WHERE layer = %(layer)s AND NOT sample AND valid_from <= %(as_of)s
