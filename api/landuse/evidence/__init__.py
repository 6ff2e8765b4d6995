"""What a check is judged on: the features around an outline, rules and classes, by their versions."""
