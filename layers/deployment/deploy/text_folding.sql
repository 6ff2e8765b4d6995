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

-- What names and what is typed are compared by: full-width letters, digits and brackets as the narrow ones, no case.
CREATE OR REPLACE FUNCTION city.search_folded(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(translate(
    value,
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789()-#.',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789()-#.'
));
COMMENT ON FUNCTION city.search_folded(text) IS 'The text as a search compares it: full-width signs as narrow ones, without case.';
