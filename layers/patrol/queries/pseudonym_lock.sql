-- Waits until nobody gives names, and lets nobody until the transaction ends.
-- Runs: before patrols are erased, and before any other table is held.
LOCK TABLE city.pseudonym IN SHARE ROW EXCLUSIVE MODE
