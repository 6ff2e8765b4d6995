-- What changes whenever a line of a layer does: {table} is its view, such as city.bank_now.
SELECT count(*) AS rows, max(t.known_from) AS newest, sum(t.id) AS ids FROM {table} AS t
