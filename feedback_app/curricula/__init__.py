"""Courses, their versions and sections."""
