-- Lets one derivation of banks run at a time; readers are not kept waiting.
LOCK TABLE city.bank, city.reach IN SHARE ROW EXCLUSIVE MODE
