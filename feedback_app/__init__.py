"""Co-designing police-training curricula with the community."""
