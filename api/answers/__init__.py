"""What every request and answer has in common: parameters, headers, problems and their words."""
