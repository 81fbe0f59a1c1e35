"""OneRoster CSV 1.1 and 1.2: from a zip of unknown origin to sound rows and named findings. Pure."""
