"""What draws a sheet on paper: the font, text and lines, the map, the table, the code."""
