import django.utils.timezone
from django.db import migrations, models

from core.rls import Wall

# Entries that exist wait as well, for the first pass of the sealer.
WAIT = """
CREATE FUNCTION await_seal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$ BEGIN
    INSERT INTO core_auditwaiting (entry_id, organization_id) VALUES (NEW.id, NEW.organization_id);
    RETURN NULL;
END $$;
CREATE TRIGGER core_auditentry_await_seal AFTER INSERT ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION await_seal();
ALTER TABLE core_auditentry NO FORCE ROW LEVEL SECURITY;
INSERT INTO core_auditwaiting (entry_id, organization_id) SELECT id, organization_id FROM core_auditentry;
ALTER TABLE core_auditentry FORCE ROW LEVEL SECURITY;
"""
FORGET = """
DROP TRIGGER core_auditentry_await_seal ON core_auditentry;
DROP FUNCTION await_seal();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_attempts")]

    operations = [
        migrations.CreateModel(
            name="AuditWaiting",
            fields=[
                ("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["organization_id", "entry_id"], name="audit_waiting")],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("entry_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("prev", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["organization_id", "seq"], name="audit_seal_once_a_place")
                ],
            },
        ),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["organization", "-at", "-id"], name="audit_by_time")
        ),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["organization", "verb", "-at"], name="audit_by_verb")
        ),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["organization", "request_id"], name="audit_by_request")
        ),
        Wall("AuditSeal", append_only=True),
        migrations.RunSQL(WAIT, FORGET),
    ]
