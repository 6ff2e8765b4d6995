"""Tables without geometry that people edit, such as posts and duties: their rows version by version, and as answers."""
