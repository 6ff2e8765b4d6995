-- What tiles tell of a row f of a layer of points that says nothing itself.  {fields}: of its layer.toml.
SELECT {fields}, 0 AS drawn_from, NULL::integer AS drawn_named_from, 0 AS drawn_weight, NULL::timestamptz AS drawn_until
