"""What columns are called in the tables that people hand over, in both languages."""

LON = ("lon", "lng", "long", "longitude", "经度", "东经")
LAT = ("lat", "latitude", "纬度", "北纬")
