"""A believable small world to try everything in."""
