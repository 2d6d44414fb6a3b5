"""The Celery app: what runs, and how often. Beat only pokes; deadlines are stored instants in the
database, so a lost broker or a stopped beat costs promptness and nothing else."""

import os

from celery import Celery, Task
from celery.signals import task_success, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def begin_at_once(**_: object) -> None:
    """A worker that comes up does what is due now instead of waiting for beat's next poke."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], **entry.get("options", {}))


#: What /healthz asks the age of.
NOTED = {"deadlines.tasks.sweep": "sweep", "ledger.tasks.integrate": "record"}


@task_success.connect
def note_run(sender: "Task[..., object]", result: object, **_: object) -> None:
    """The age of the last good run on /healthz: noted here, so that the app need not know of it.

    A run without a result found something against it, and is noted apart.
    """
    if sender.name in NOTED:
        from portal.health import REFUSED, beat  # noqa: PLC0415 (models load after the apps)

        beat(NOTED[sender.name] + ("" if result is not None else REFUSED))
