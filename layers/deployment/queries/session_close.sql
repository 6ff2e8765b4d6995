-- Ends a browser session; nothing to do for one that has ended.
DELETE FROM city.session WHERE sha256 = %(sha256)s
