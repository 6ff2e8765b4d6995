-- An outline is about to be checked by itself: should the process die, it may have died of this one, which gets the batch
-- further, too, for it is not begun for ever.
WITH further AS (UPDATE city.landuse_batch SET attempts = 1 WHERE batch_id = %(batch_id)s AND attempts > 1)
UPDATE city.landuse_batch_outline SET tried = tried + 1 WHERE batch_id = %(batch_id)s AND number = %(number)s
