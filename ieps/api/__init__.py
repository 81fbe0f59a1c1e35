"""Endpoints of IEPs (`programs`) and of what they are made of (`parts`), under /api/v1/."""
