"""What our web server offers the application beyond ASGI (sped/sockets.py), by name in the scope of a connection."""

SAY_NOW = "throughline.say_now"  # write a text frame at once; false when the connection takes none just now
