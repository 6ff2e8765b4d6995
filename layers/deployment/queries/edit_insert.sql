-- Adds a row to a layer; its id. Columns that are not named get their defaults.
-- {table}: such as city.road.  {columns}, {values}: its columns and what they are to hold.
INSERT INTO {table} ({columns}) VALUES ({values}) RETURNING id
