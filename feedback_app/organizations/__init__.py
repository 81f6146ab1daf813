"""Departments, hosts and boards, and who belongs to them."""
