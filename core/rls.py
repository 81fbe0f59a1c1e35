"""The wall between organisations, as migration operations.

A tenant table has `organization_id`. The wall gives it row-level security that also binds its owner (FORCE), a unique
`(organization_id, id)`, and composite foreign keys to other tenant tables, so that not even a wrong key in a request
body can join two organisations. `tests/core/test_rls.py` reads the catalogue and fails for a table without its wall.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

CURRENT_ORGANIZATION = "(select nullif(current_setting('app.organization', true), '')::uuid)"
CURRENT_PERSON = "(select nullif(current_setting('app.person', true), '')::uuid)"


class Wall(Operation):
    """Put one model behind the wall. Run it after the model and every tenant model it points at exist.

    `own_person_column` lets people read the rows that are about themselves before the organisation is known.
    `append_only` takes UPDATE, DELETE and TRUNCATE away from everybody, by triggers. With `goes_with`, the name of a
    key, the database itself removes the rows together with the row that it points at; nobody else may.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self, model_name: str, *, own_person_column: str = "", append_only: bool = False, goes_with: str = ""
    ) -> None:
        self.model_name = model_name
        self.own_person_column = own_person_column
        self.append_only = append_only
        self.goes_with = goes_with

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs: dict[str, Any] = {"model_name": self.model_name}
        if self.own_person_column:
            kwargs["own_person_column"] = self.own_person_column
        if self.append_only:
            kwargs["append_only"] = True
        if self.goes_with:
            kwargs["goes_with"] = self.goes_with
        return (self.__class__.__qualname__, [], kwargs)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The wall lives in the database only."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        schema_editor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        inside = f"organization_id = {CURRENT_ORGANIZATION}"
        schema_editor.execute(f'CREATE POLICY tenant ON "{table}" USING ({inside}) WITH CHECK ({inside})')
        if self.own_person_column:
            own = f'"{self.own_person_column}" = {CURRENT_PERSON}'
            schema_editor.execute(f'CREATE POLICY own ON "{table}" FOR SELECT USING ({own})')
        if isinstance(model._meta.pk, models.UUIDField):
            schema_editor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_org_id_key" UNIQUE (organization_id, id)'
            )
        for key in model._meta.local_fields:
            if isinstance(key, models.ForeignKey) and is_tenant(key.related_model):
                schema_editor.execute(composite_key(table, key, is_removed=key.name == self.goes_with))
        if self.append_only:
            for statement in append_only_triggers(table, is_removed=bool(self.goes_with)):
                schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for policy in ("tenant", "own"):
            schema_editor.execute(f'DROP POLICY IF EXISTS {policy} ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Put {self.model_name} behind the wall between organisations"

    @property
    def migration_name_fragment(self) -> str:
        return f"wall_{self.model_name.lower()}"


def is_tenant(model: Any) -> bool:
    """Whether a model's rows belong to one organisation each and can be pointed at by `(organization_id, id)`."""
    fields = {field.name: field for field in model._meta.local_fields}
    owner = fields.get("organization")
    return isinstance(owner, models.ForeignKey) and isinstance(model._meta.pk, models.UUIDField)


def key_name(table: str, column: str) -> str:
    """The name of a composite key; PostgreSQL cuts names at 63 bytes."""
    return f"{table}_{column}_org_fk"[:63]


def composite_key(table: str, key: Any, *, is_removed: bool = False) -> str:
    """SQL that binds a foreign key to a row of the same organisation, and the row to the life of the other one."""
    target = key.related_model._meta.db_table
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{key_name(table, key.column)}" '
        f'FOREIGN KEY (organization_id, "{key.column}") REFERENCES "{target}" (organization_id, id)'
        f"{' ON DELETE CASCADE' if is_removed else ''}"
    )


def append_only_triggers(table: str, *, is_removed: bool = False) -> list[str]:
    """SQL that refuses every change to rows already written, whoever asks; `is_removed` with the row they belong to."""
    refused = "UPDATE" if is_removed else "UPDATE OR DELETE"
    return [
        """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
        $$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$""",
        (
            f'CREATE TRIGGER "{table}_append_only" BEFORE {refused} ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ),
        (
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
        # Nothing but the name of a table of ours is put into these statements.
        f"""DO $$ DECLARE grantee text; BEGIN
        FOR grantee IN SELECT DISTINCT g.grantee FROM information_schema.role_table_grants g
            WHERE g.table_name = '{table}' AND g.grantee <> current_user AND g.grantee <> 'PUBLIC'
        LOOP EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM %I', '{table}', grantee); END LOOP; END $$""",  # noqa: S608
    ]
