-- Part of items_table: {shape} as WKB.
ST_AsBinary({shape})
