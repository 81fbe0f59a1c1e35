from django.db import migrations

from core.rls import Wall

FUNCTION = """
CREATE OR REPLACE FUNCTION keep_what_was_signed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
$$ BEGIN
  IF TG_OP = 'DELETE' THEN
    -- Only the destruction of the whole record (34 CFR 300.624) removes them, student by student.
    IF current_setting('app.destroying', true) = OLD.student_id::text THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'rows of % are never removed', TG_TABLE_NAME;
  END IF;
  -- A sealed column is sealed anew when keys are rotated; what it holds is checked against its digest.
  IF to_jsonb(OLD) - 'content' - 'strokes' = to_jsonb(NEW) - 'content' - 'strokes' THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME;
END $$
"""
TABLES = ("documents_signedversion", "documents_signature", "documents_generatedfile")


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_sign_and_keep_files")]

    operations = [
        Wall("SignedVersion"),
        Wall("Signature"),
        Wall("GeneratedFile"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION keep_what_was_signed()"),
        *(
            migrations.RunSQL(
                f'CREATE TRIGGER "{table}_kept" BEFORE UPDATE OR DELETE ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION keep_what_was_signed()",
                f'DROP TRIGGER "{table}_kept" ON "{table}"',
            )
            for table in TABLES
        ),
    ]
