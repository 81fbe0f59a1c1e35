"""Measurements of goals, what they say, and how they are shown."""
