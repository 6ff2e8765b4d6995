"""Finding features of any layer by name, by code, and by how a name is read aloud."""
