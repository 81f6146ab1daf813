"""People's logins."""
