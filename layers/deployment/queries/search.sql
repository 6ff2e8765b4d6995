-- The features of one layer that answer to a text, the best first. Several layers: joined by UNION ALL.
-- {layer}: its id;  {table}: its view, such as city.grid_now;  {name}, {code}: expressions of f, NULL where it has none.
-- typed: folded as names are;  holds: a regular expression for it in every case and width;  read_as: one for how it is
-- read, NULL for none;  row_limit: of a layer.
-- Folding is dear, and done only of what these expressions let through: of 200,000 parcels that is next to none.
-- rank: 0 the code itself, 1 the name itself, 2 the name begins so, 3 the name holds it, 4 the name is read so from its
--       beginning, 5 from further on, 6 the code holds it: whoever types two letters means how a name is read.
(SELECT {layer} AS layer, m.id,
        CASE
            WHEN city.search_folded(m.code) = %(typed)s THEN 0
            WHEN city.search_folded(m.name) = %(typed)s THEN 1
            WHEN starts_with(city.search_folded(m.name), %(typed)s) THEN 2
            WHEN m.name ~ %(holds)s THEN 3
            WHEN m.name ~ ('^(?:' || %(read_as)s || ')') THEN 4
            WHEN m.name ~ %(read_as)s THEN 5
            ELSE 6
        END AS rank,
        m.name, m.code
 FROM (SELECT f.id, {name} AS name, {code} AS code
       FROM {table} AS f
       WHERE {name} ~ %(holds)s OR {code} ~ %(holds)s OR {name} ~ %(read_as)s) AS m
 ORDER BY rank, length(m.name), m.name, m.code, m.id
 LIMIT %(row_limit)s)
