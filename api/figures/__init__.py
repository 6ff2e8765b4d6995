"""What is told of any layer by its columns alone: sums by a column's values, and what moved between two times."""
