from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_invite_people_and_grant_single_rights"),
    ]

    operations = [
        migrations.AddField(
            model_name="identityprovider",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("waiting", "The test is under way."),
                    ("works", "It works: your provider answers as it should."),
                    ("silent", "Your provider did not answer in five seconds."),
                    ("away", "Your provider could not be reached at this address, or did not answer as one."),
                    (
                        "other",
                        "Something answers, but not as the OpenID Connect of this issuer. Check the address.",
                    ),
                ],
                editable=False,
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="identityprovider",
            name="tested_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
