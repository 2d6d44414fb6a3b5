"""What tests of notices share with those of messages."""

from tests.notifications.conftest import outside

__all__ = ["outside"]
