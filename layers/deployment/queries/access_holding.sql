-- What the database holds: sample, real, mixed or empty. tables: feature tables that are not derived from others.
SELECT city.holding(CAST(%(tables)s AS text[])::regclass[])
