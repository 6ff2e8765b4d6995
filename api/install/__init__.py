"""From a bare machine to one that can run the platform: programs, Python packages, front-end assets."""
