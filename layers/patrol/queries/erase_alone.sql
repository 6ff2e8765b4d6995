-- Waits until nobody reads or writes fixes, and lets nobody until the transaction ends.
-- Runs: before patrols are erased, after patrol/resight_lock. Who stores fixes holds this table and waits for their
-- patrol's row; who erases holds the row: taken in this order neither waits for the other for ever.
LOCK TABLE city.fix IN ACCESS EXCLUSIVE MODE
