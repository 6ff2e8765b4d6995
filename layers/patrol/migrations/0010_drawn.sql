-- What tiles draw of every piece of a target, kept beside it: it has no history that would bring it.
-- Runs: once.  CRS: 3857.
CALL city.keep_drawn('city.last_seen');
