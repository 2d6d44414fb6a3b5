from celery import shared_task

from applications.appointments import actions as appointments
from applications.contracts import keeping
from applications.facts import count_facts as run
from applications.referrals.actions import remind_due
from applications.supply.waiting import serve_waiting as serve
from applications.timings.releases import release_due
from applications.waiting.actions import remind_waiting


@shared_task(name="applications.tasks.count_facts", ignore_result=True)
def count_facts() -> int:
    """Losing or doubling this task changes nothing but promptness."""
    return run()


@shared_task(name="applications.tasks.keep_contracts", ignore_result=True)
def keep_contracts() -> int:
    """What is due stands in the database: the same holds."""
    return keeping.keep_contracts()


@shared_task(name="applications.tasks.remind_offices", ignore_result=True)
def remind_offices() -> int:
    """When the next reminder is due stands in the database: the same holds."""
    return remind_due()


@shared_task(name="applications.tasks.remind_applicants", ignore_result=True)
def remind_applicants() -> int:
    """How long a case has waited stands in the database: the same holds."""
    return remind_waiting()


@shared_task(name="applications.tasks.remind_of_appointments", ignore_result=True)
def remind_of_appointments() -> int:
    """When a reminder is due stands in the database: the same holds."""
    return appointments.remind_due()


@shared_task(name="applications.tasks.serve_waiting", ignore_result=True)
def serve_waiting() -> int:
    """Who waits for room in the grid stands in the database: the same holds."""
    return serve()


@shared_task(name="applications.tasks.release_statistics", ignore_result=True)
def release_statistics() -> int:
    """Which period is due follows from what is frozen already: the same holds."""
    return len(release_due())
