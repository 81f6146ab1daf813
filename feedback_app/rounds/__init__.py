"""Comment periods, their questions, and who takes part."""
