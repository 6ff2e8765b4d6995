-- An outline is about to be checked by itself: should the process die, it died of this one.
UPDATE city.landuse_batch_outline SET tried = true WHERE batch_id = %(batch_id)s AND number = %(number)s
