"""Sentences about what the product does, checked on real parts."""
