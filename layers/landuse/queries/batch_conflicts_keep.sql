-- Keep where some outlines of a batch meet what they may not.
INSERT INTO city.landuse_batch_conflict (
    batch_id, number, place, answer, rule, subject, reason, citation, layer, feature, code, name, known_from, edition,
    area_m2, share, sliver, geom
)
SELECT %(batch_id)s, c.number, c.place, c.answer, c.rule, c.subject, c.reason, c.citation, c.layer, c.feature, c.code,
       c.name, c.known_from, c.edition, c.area_m2, c.share, c.sliver, ST_Multi(ST_SetSRID(ST_GeomFromWKB(c.wkb), 4490))
FROM unnest(
    %(number)s::integer[], %(place)s::integer[], %(answer)s::text[], %(rule)s::text[], %(subject)s::text[],
    %(reason)s::text[], %(citation)s::text[], %(layer)s::text[], %(feature)s::bigint[], %(code)s::text[], %(name)s::text[],
    %(known_from)s::timestamptz[], %(edition)s::text[], %(area_m2)s::double precision[], %(share)s::double precision[],
    %(sliver)s::boolean[], %(wkb)s::bytea[]
) AS c (
    number, place, answer, rule, subject, reason, citation, layer, feature, code, name, known_from, edition, area_m2, share,
    sliver, wkb
)
