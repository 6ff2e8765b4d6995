"""Files in and out: reading, placing, repairing, checking and storing them, and writing layers to files."""
