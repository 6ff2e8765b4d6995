-- Texts without what a search is to overlook: CASEI and ACCENTI of CQL2.
-- Runs: on every deployment (replaces itself).
-- Upper and then lower case by Unicode's rules, whatever the database's locale: so ß meets SS, and every sigma another.
CREATE OR REPLACE FUNCTION city.without_case(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(upper(value COLLATE "und-x-icu") COLLATE "und-x-icu");
COMMENT ON FUNCTION city.without_case(text) IS 'The text without its case, to be compared with another such.';

CREATE OR REPLACE FUNCTION city.without_accents(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN normalize(regexp_replace(normalize(value, NFD), '[\u0300-\u036f]', '', 'g'), NFC);
COMMENT ON FUNCTION city.without_accents(text) IS 'The text without the marks on its letters: é as e.';
