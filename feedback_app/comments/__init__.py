"""What residents say, and where."""
