"""A program at the API of the real portal: the web server, worker and beat are running."""

import io

from django.core.management import call_command


def test_the_tour_takes_every_kind_from_filing_to_energised(live_city: str) -> None:
    said = io.StringIO()
    call_command("tour", base_url=live_city, stdout=said)
    assert said.getvalue().endswith("5 kinds from filing to energised, as the rules say.\n")
