from django.db import migrations

from core.rls import Wall

WAKE = """
CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
$$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$;
CREATE TRIGGER core_outboxevent_wake AFTER INSERT ON core_outboxevent
    FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();
CREATE TRIGGER core_job_wake AFTER INSERT ON core_job
    FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();
"""
SLEEP = """
DROP TRIGGER core_job_wake ON core_job;
DROP TRIGGER core_outboxevent_wake ON core_outboxevent;
DROP FUNCTION wake_relay();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        Wall("AuditEntry", append_only=True),
        Wall("IdempotencyKey"),
        migrations.RunSQL(WAKE, SLEEP),
    ]
