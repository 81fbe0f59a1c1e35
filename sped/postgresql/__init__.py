"""Django's own PostgreSQL, with a pool that knows how long the request in hand may still wait."""
