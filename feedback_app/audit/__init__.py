"""Looking over everything: last, because it reads all."""
