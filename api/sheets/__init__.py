"""What a crew gets from a plan: a sheet to print, a track for its phone, and a page of its own behind a signed link.

All is a function of the plan's JSON, as `GET /plans/{code}` answers it, and of the ground around its lines:
`gpx_of`, `gpx_zip`, `pdf_of`, `sent.sheet_of`. `links` signs and reads what stands behind `/sheet#token=…`.
"""
