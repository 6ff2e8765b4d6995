-- Whether any patrol has a leg, or had one before it was erased, and so may have seen something.
SELECT EXISTS (SELECT FROM city.leg) OR EXISTS (SELECT FROM city.patrol AS p WHERE p.erased_at IS NOT NULL)
