"""What the city's data is: PostGIS tables, one folder per layer. Imports nothing of ours."""
