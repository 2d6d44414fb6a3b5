from celery import shared_task

from reliability.indices import counting


@shared_task(name="reliability.tasks.count_interruptions", ignore_result=True)
def count_interruptions() -> int:
    """What is to be counted stands in the database: losing or doubling this task costs nothing but
    promptness."""
    return counting.run()
