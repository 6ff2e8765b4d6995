-- The features of one layer that answer to a text, the best first. Several layers: joined by UNION ALL.
-- {layer}: its id;  {table}: its view, such as city.grid_now;  {name}, {code}: expressions of f, NULL where it has none.
-- typed: folded as names are;  read_as: a regular expression for how it is read, NULL for none;  row_limit: of a layer.
-- rank: 0 the code itself, 1 the name itself, 2 the name begins so, 3 the name holds it, 4 the name is read so from its
--       beginning, 5 from further on, 6 the code holds it: whoever types two letters means how a name is read.
(SELECT {layer} AS layer, f.id, r.rank, f.name, f.code
 FROM (SELECT s.id, s.name, s.code, city.search_folded(s.name) AS folded, city.search_folded(s.code) AS folded_code
       FROM (SELECT f.id, {name} AS name, {code} AS code FROM {table} AS f) AS s) AS f,
      LATERAL (SELECT CASE
          WHEN f.folded_code = %(typed)s THEN 0
          WHEN f.folded = %(typed)s THEN 1
          WHEN starts_with(f.folded, %(typed)s) THEN 2
          WHEN strpos(f.folded, %(typed)s) > 0 THEN 3
          WHEN f.folded ~ ('^(?:' || %(read_as)s || ')') THEN 4
          WHEN f.folded ~ %(read_as)s THEN 5
          WHEN strpos(f.folded_code, %(typed)s) > 0 THEN 6
      END AS rank) AS r
 WHERE r.rank IS NOT NULL
 ORDER BY r.rank, length(f.name), f.name, f.code, f.id
 LIMIT %(row_limit)s)
