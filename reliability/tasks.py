from celery import shared_task

from reliability.indices import counting
from reliability.monitoring import placing


@shared_task(name="reliability.tasks.count_interruptions", ignore_result=True)
def count_interruptions() -> int:
    """What is to be counted stands in the database: losing or doubling this task costs nothing but
    promptness."""
    return counting.run()


@shared_task(name="reliability.tasks.link_known_faults", ignore_result=True)
def link_known_faults() -> int:
    """What waits for a decision stands in the database: losing or doubling this costs nothing."""
    return placing.link_known()
