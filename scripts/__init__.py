"""What the Makefile needs beyond the tools themselves."""
