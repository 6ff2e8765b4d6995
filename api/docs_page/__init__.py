"""The page at /docs: Swagger UI from local files, under the same policy as the map."""
