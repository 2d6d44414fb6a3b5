"""E-mail by Django's SMTP backend (`PORTAL_EMAIL_URL`). A mail server tells nothing afterwards."""

import smtplib

from django.core.mail import EmailMessage, get_connection
from django.core.mail.utils import DNS_NAME

from notifications.providers.interface import Answer, Letter, Outcome, Provider, Sent
from rules.delivery import Channel, delivery_rules

#: From this code on the server will never take it (RFC 5321).
PERMANENT = 500


class Mail:
    name = "smtp"
    deduplicates = False
    can_be_asked = False

    def __init__(self, wait: int) -> None:
        self.wait = wait

    def send(self, letter: Letter) -> Answer:
        """Until the connection stands, nothing was taken; afterwards nobody knows."""
        connection = get_connection(timeout=self.wait)
        try:
            connection.open()
        except smtplib.SMTPAuthenticationError as error:
            return Answer(Outcome.NOT_NOW, reason="unreachable", said=f"smtp {error.smtp_code}")
        except OSError:  # (smtplib's errors are among them)
            return Answer(Outcome.NOT_NOW, reason="unreachable")
        # The same key at every try: mailboxes show what has one Message-ID once.
        message = EmailMessage(
            letter.title,
            letter.text,
            to=[letter.address],
            connection=connection,
            headers={"Message-ID": f"<{letter.key}@{DNS_NAME}>", **_stopped_by(letter)},
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            return _of_code(min(code for code, _text in error.recipients.values()))
        except smtplib.SMTPResponseException as error:
            return _of_code(error.smtp_code)
        except OSError:
            return Answer(Outcome.UNKNOWN, reason="no_answer")
        finally:
            connection.close()
        return Answer(Outcome.TAKEN, provider_id=letter.key)

    def find(self, sent: Sent) -> Answer:
        return Answer(Outcome.UNKNOWN, reason="no_answer")


def _stopped_by(letter: Letter) -> dict[str, str]:
    """What lets a mailbox stop the messages with one click (RFC 8058)."""
    if not letter.stop:
        return {}
    return {
        "List-Unsubscribe": f"<{letter.stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _of_code(code: int) -> Answer:
    if code >= PERMANENT:
        return Answer(Outcome.REFUSED, reason="refused", said=f"smtp {code}")
    return Answer(Outcome.NOT_NOW, reason="busy", said=f"smtp {code}")


def provider(channel: str) -> Provider:
    return Mail(delivery_rules().ways[Channel(channel)].wait)
