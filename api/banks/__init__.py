"""Banks and reaches of the stored waters: derived, kept, carried over when a shore changes."""
