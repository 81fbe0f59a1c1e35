from django.apps import AppConfig

from core.registry import register


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.actors import actor_of_person  # models are loaded only now
        from accounts.mutations import log_refusal

        register("accounts.actor_of_person", actor_of_person)
        register("accounts.log_refusal", log_refusal)
