"""What was found, in the words and the form of answers."""
