"""The standard interface at /ogc: OGC API Features and Tiles, as documents for programs and as pages for people."""
