-- Forgets the sample's editions, when no row names them any more.
DELETE FROM city.edition WHERE sample
