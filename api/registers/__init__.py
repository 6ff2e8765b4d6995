"""Posts, crews, devices and duties as sheets that people edit, and who saved what of them when."""
