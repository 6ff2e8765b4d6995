"""The definition of the interface in OpenAPI 3.0, put together from the catalogue: a room's paths in a file each."""
