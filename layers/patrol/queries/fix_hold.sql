-- Waits until nobody erases fixes, and lets nobody until the transaction ends; others may store theirs meanwhile.
-- Runs: before what is stored, or was erased, of a device is looked at for what is stored next.
LOCK TABLE ONLY city.fix IN ROW EXCLUSIVE MODE
