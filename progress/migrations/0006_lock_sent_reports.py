from django.db import migrations

from core.rls import Wall

LOCK = """
CREATE OR REPLACE FUNCTION refuse_change_of_sent_report() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS
$$ BEGIN
    IF OLD.status = 'draft' THEN RETURN NEW; END IF;
    IF (to_jsonb(NEW) - 'status') IS DISTINCT FROM (to_jsonb(OLD) - 'status') OR NEW.status = 'draft' THEN
        RAISE EXCEPTION 'a progress report that was sent is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER progress_report_locked BEFORE UPDATE ON progress_progressreport
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_sent_report();
CREATE OR REPLACE FUNCTION refuse_change_of_sent_note() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS
$$ BEGIN
    IF EXISTS (
        SELECT 1 FROM public.progress_progressreport AS report
        WHERE report.organization_id = NEW.organization_id
            AND report.id IN (NEW.report_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.report_id END)
            AND report.status <> 'draft'
    ) THEN
        RAISE EXCEPTION 'the notes of a progress report that was sent are never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goal_note_locked BEFORE INSERT OR UPDATE ON progress_goalnote
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_sent_note();
"""
UNLOCK = """
DROP TRIGGER goal_note_locked ON progress_goalnote;
DROP TRIGGER progress_report_locked ON progress_progressreport;
DROP FUNCTION refuse_change_of_sent_note();
DROP FUNCTION refuse_change_of_sent_report();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0005_write_progress_reports"),
    ]

    operations = [
        Wall("ProgressReport"),
        Wall("GoalNote"),
        migrations.RunSQL(LOCK, UNLOCK),
    ]
