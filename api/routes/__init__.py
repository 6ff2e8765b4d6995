"""One module for each noun of the HTTP interface; each has a `router`."""
