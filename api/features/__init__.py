"""Features of any layer as the OGC's API gives them: which are asked for, in which system, and in which form."""
