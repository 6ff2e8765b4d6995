-- Whether any patrol has a leg, and so may have seen something.
SELECT EXISTS (SELECT FROM city.leg)
