from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matrix", "0003_raised_stands_before_the_meetings")]

    operations = [
        migrations.AddField(
            model_name="edition", name="not_current", field=models.TextField(blank=True, default="")
        ),
    ]
