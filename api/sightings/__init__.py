"""What patrols saw: of lines, of areas and points, from their own side; kept, carried over, and looked at anew."""
