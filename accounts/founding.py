"""The first rows of a district. Not mutations: there is no organisation yet whose audit could hold them."""

from accounts.models import Organization


def create_organization(*, slug: str, name: str, timezone: str = "America/Los_Angeles") -> Organization:
    """A new district. Raises ValidationError."""
    organization = Organization(slug=slug, name=name, timezone=timezone)
    organization.full_clean()
    organization.save()
    return organization
