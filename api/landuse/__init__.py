"""Land checks (用地核查): asking, reading the city, storing and answering."""
