-- What tiles tell of a row f of a layer of lines or areas that says nothing itself.  {fields}: of its layer.toml.
SELECT {fields}, 0 AS drawn_from, 15 AS drawn_named_from, f.drawn_size AS drawn_weight, NULL::timestamptz AS drawn_until
