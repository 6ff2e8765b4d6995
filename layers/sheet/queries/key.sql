-- The key that signs links; no row before its first use.
SELECT secret FROM city.sheet_key
