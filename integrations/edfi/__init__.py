"""Ed-Fi XML interchanges (data standard 4 and 5): from unknown files to sound rows and named findings. Pure."""
