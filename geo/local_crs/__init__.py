"""A city's own coordinate system, fitted on points that are known in both it and a national one."""
