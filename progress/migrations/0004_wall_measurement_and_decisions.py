from django.db import migrations

from core.rls import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0003_keep_measurement_and_decisions"),
        ("ieps", "0009_measure_goals_with_rules"),
    ]

    operations = [
        Wall("Phase"),
        Wall("Decision"),
        Wall("GoalState"),
        Wall("AttainmentScale"),
        Wall("SecondObservation"),
        Wall("DataTask"),
        Wall("PromptLevel"),
        Wall("DistrictRule"),
    ]
