-- Part of items_table: {shape} as text.  decimals: of coordinates.
ST_AsText({shape}, %(decimals)s)
