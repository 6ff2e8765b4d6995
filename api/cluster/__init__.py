"""The project's own PostgreSQL cluster: where it lives, how it is made, started, shared, stopped and dumped."""
