"""The backend of `DATABASES`: one wait for a connection, with its check, never outlasts the patience of a request."""

from typing import Any, ClassVar

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

from core.patience import patience_of_request


class PatientPool(ConnectionPool[Any]):
    """A pool that lends a connection, checked, within what the request has left; elsewhere within its own limit."""

    def getconn(self, timeout: float | None = None) -> Any:
        """As psycopg's. All of this wait counts: it is none of the work."""
        patience = patience_of_request()
        if patience is None:
            return super().getconn(timeout)
        most = patience.left
        with patience.waiting():
            return super().getconn(most if timeout is None else timeout)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for the kind of pool, which has no setting."""

    _connection_pools: ClassVar[dict[str, PatientPool]] = {}

    @property
    def pool(self) -> PatientPool | None:
        """The pool of the process, made when it is first asked for."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            made = PatientPool(
                kwargs={**self.get_connection_params(), "autocommit": True},
                open=False,
                configure=self._configure_connection,  # type: ignore[attr-defined]  # missing from the stubs
                check=PatientPool.check_connection if self.settings_dict["CONN_HEALTH_CHECKS"] else None,
                **options,
            )
            self._connection_pools.setdefault(self.alias, made)  # another thread may have been first
        return self._connection_pools[self.alias]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """As Django's; whoever gets one knows that the database is there."""
        connection = super().get_new_connection(conn_params)
        patience = patience_of_request()
        if patience is not None:
            patience.was_answered = True
        return connection
