"""The printed answer of a land check: DOCX and PDF, the map as a vector page, a workbook, a GeoPackage.

All is a function of the answer's JSON, as `POST /landuse/check` gives it, of the reader and the time it is printed for,
and of the ground around the outline. `tables` says what stands in which table, once for paper and workbook;
`printing.printed` makes any of them without a request, `answers.document` answers one.
"""
