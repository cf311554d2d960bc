from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("heads", "0007_record_own_at")]
    operations = [
        migrations.AddIndex(model_name="record", index=models.Index(fields=["own_at"], name="record_own_at")),
    ]
