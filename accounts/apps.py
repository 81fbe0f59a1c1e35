from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out

from core.registry import register


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account import signals as account
        from allauth.mfa import signals as factors

        from accounts import parts_of_record
        from accounts import tasks as tasks  # noqa: PLC0414  # importing them names them
        from accounts.actors import (  # models are loaded only now
            actor_of_person,
            actor_of_software,
            organization_ids,
        )
        from accounts.refusals import log_refusal
        from accounts.sessions import begin_session, end_other_sessions, end_session, end_with_password

        register("accounts.forget", parts_of_record.forget)
        register("accounts.actor_of_person", actor_of_person)
        register("accounts.actor_of_software", actor_of_software)
        register("accounts.log_refusal", log_refusal)
        register("accounts.organization_ids", organization_ids)
        user_logged_in.connect(begin_session, dispatch_uid="accounts.begin_session")
        user_logged_out.connect(end_session, dispatch_uid="accounts.end_session")
        for changed in (account.password_changed, account.password_reset, account.password_set):
            changed.connect(end_with_password, dispatch_uid="accounts.end_with_password")
        for changed in (
            factors.authenticator_added,
            factors.authenticator_removed,
            factors.authenticator_reset,
        ):
            changed.connect(end_other_sessions, dispatch_uid="accounts.end_other_sessions")
