-- What tiles tell of a parcel.  f: its row;  t: the tile.
-- Codes and names are two in three bytes of a tile that shows thousands of parcels, where nobody reads one.
SELECT CASE WHEN t.z > 12 THEN f.code END AS code, CASE WHEN t.z > 12 THEN f.name END AS name,
       f.class_code, f.class_name, city.landuse_family(f.scheme, f.class_code) AS family, f.ownership,
       0 AS drawn_from, 16 AS drawn_named_from, f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
