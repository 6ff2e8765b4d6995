-- Whether an edition of a layer, by its name and day, is registered.
SELECT EXISTS (
    SELECT FROM city.edition WHERE layer = %(layer)s AND name = %(name)s AND valid_from = %(valid_from)s
)
