-- A new reach; its line is cut from its bank by a trigger.
INSERT INTO city.reach (code, name, bank_code, span, post_code, provenance, edition_id, valid_from)
VALUES (%(code)s, %(name)s, %(bank_code)s, %(span)s::int4multirange, %(post_code)s, %(provenance)s, %(edition_id)s,
        COALESCE(%(valid_from)s, current_date))
