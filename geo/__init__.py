"""What we work out: arrays in, arrays out. No database, no HTTP, no clock, no files, no hidden randomness."""
