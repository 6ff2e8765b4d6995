-- Lets one process at a time look whether there is a token and issue the first.
LOCK TABLE city.token IN SHARE ROW EXCLUSIVE MODE
