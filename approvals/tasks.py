from celery import shared_task

from approvals.papers.keeping import PERMIT_PAPERS


@shared_task(name="approvals.tasks.keep_permits", ignore_result=True)
def keep_permits() -> int:
    """What is due stands in the database: losing or doubling this changes promptness only."""
    return PERMIT_PAPERS.run()
