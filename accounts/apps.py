from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out

from core.registry import register


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.actors import (  # models are loaded only now
            actor_of_person,
            actor_of_software,
            organization_ids,
        )
        from accounts.refusals import log_refusal
        from accounts.sessions import end_session

        register("accounts.actor_of_person", actor_of_person)
        register("accounts.actor_of_software", actor_of_software)
        register("accounts.log_refusal", log_refusal)
        register("accounts.organization_ids", organization_ids)
        user_logged_out.connect(end_session, dispatch_uid="accounts.end_session")
