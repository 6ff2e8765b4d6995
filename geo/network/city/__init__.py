"""What of a city becomes its network: roads and paths, banks, waters, past walks, reports from the field."""
