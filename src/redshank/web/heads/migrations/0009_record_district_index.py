from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("heads", "0008_record_own_at_index")]
    operations = [
        migrations.AddIndex(
            model_name="record", index=models.Index(fields=["district"], name="record_district")
        ),
    ]
