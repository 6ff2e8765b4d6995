"""Banks: what shores and rivers become, their numbers, and what is carried over when a shore was surveyed anew."""
