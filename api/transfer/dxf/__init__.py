"""DXF drawings: their closed lines as areas. GDAL draws them; what it would believe is looked at before."""
