-- Whether an edition of a layer, by its name and day, is registered, or one of a later day that replaced or confirmed it.
SELECT EXISTS (
    SELECT FROM city.edition
    WHERE layer = %(layer)s
      AND (name = %(name)s AND valid_from = %(valid_from)s
           OR valid_from > %(valid_from)s
              AND (rows_withdrawn > 0 OR rows_inserted + rows_updated = 0 AND rows_unchanged > 0))
)
