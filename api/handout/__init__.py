"""What the platform hands out to other programs: its own wheel for Python."""
