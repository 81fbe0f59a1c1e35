"""Districts, schools, people and what they are there. Use inside `core.tenant.organization(district.id)`."""

from datetime import date, timedelta

import factory
from django.utils.timezone import now

from accounts.models import (
    ApiToken,
    Grant,
    Invitation,
    Membership,
    MembershipSchool,
    Organization,
    Person,
    School,
)
from accounts.rights import Role

LONG_AGO = date(2020, 7, 1)
PASSWORD = "a long walk by the lake"


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"district-{n}")
    name = factory.Sequence(lambda n: f"District {n}")
    timezone = "America/Los_Angeles"


class SchoolFactory(factory.django.DjangoModelFactory):
    """Needs `organization`."""

    class Meta:
        model = School

    name = factory.Sequence(lambda n: f"School {n}")
    code = factory.Sequence(lambda n: f"S{n:03}")


class PersonFactory(factory.django.DjangoModelFactory):
    """Signs in with `PASSWORD`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    given_name = factory.Sequence(lambda n: f"Given{n}")
    family_name = factory.Sequence(lambda n: f"Family{n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(
            kwargs.pop("email"), kwargs.pop("password", PASSWORD), **kwargs
        )


class MembershipFactory(factory.django.DjangoModelFactory):
    """Needs `organization` and `person`; `schools` is a list of schools."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    role = Role.TEACHER
    starts_on = LONG_AGO

    @factory.post_generation
    def schools(self, create, extracted, **kwargs):
        for school in extracted or ():
            MembershipSchool.objects.create(
                organization_id=self.organization_id, membership=self, school=school
            )


class ApiTokenFactory(factory.django.DjangoModelFactory):
    """Needs `organization`, `person` and `digest`."""

    class Meta:
        model = ApiToken

    expires_at = factory.LazyFunction(lambda: now() + timedelta(days=1))


class GrantFactory(factory.django.DjangoModelFactory):
    """Needs `organization` (or its id) and `person`."""

    class Meta:
        model = Grant

    right = "read_audit"
    effect = Grant.Effect.TAKE
    starts_on = LONG_AGO
    reason = "As agreed"


class InvitationFactory(factory.django.DjangoModelFactory):
    """Needs `organization` (or its id)."""

    class Meta:
        model = Invitation

    email = factory.Sequence(lambda n: f"asked{n}@example.org")
    role = Role.VIEWER
    starts_on = LONG_AGO
