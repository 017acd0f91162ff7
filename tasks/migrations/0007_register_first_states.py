"""Each mine of the register begins with one state. Since when it was in the register nobody wrote down, so its day is
unknown (null) and it counts on every day, as it did before; nothing is invented."""

from django.db import migrations

COLUMNS = [
    "name", "holder", "county_id", "managed_by_id", "mineral_id", "mineral_name", "method", "output", "output_unit",
    "size_class", "status", "area", "longitude", "latitude", "first_permitted_on", "source", "note",
]


def begin(apps, schema_editor):
    Mine, MineState = apps.get_model("tasks", "Mine"), apps.get_model("tasks", "MineState")
    states = (
        MineState(mine_id=mine.pk, since=None, **{name: getattr(mine, name) for name in COLUMNS})
        for mine in Mine.objects.filter(states=None).iterator(chunk_size=2000)
    )
    MineState.objects.bulk_create(states, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_register_days")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
