"""What the licence library has, and what is agreed to in both languages; no decision."""

import pytest

from rules.book import read_document
from rules.city import LICENCES_FILE, ROOT
from rules.files import RuleError, Words
from rules.licences import parse_licences

TEXT = (ROOT / "zigong" / LICENCES_FILE).read_text(encoding="utf-8")
RULES = parse_licences(TEXT)


def test_it_is_no_decision_of_the_city() -> None:
    assert LICENCES_FILE not in read_document(ROOT / "zigong")


def test_each_party_is_told_what_is_said_of_it_alone() -> None:
    """Of a place its address, of a company who acts for it; how to reach the keeper once known."""
    said = {
        (kind.code, party): RULES.consent_to(kind, party, Words("材料", "document"), "ZG1")
        for kind in RULES.kinds
        for party in kind.parties
    }
    lines = {which: len(words.zh.splitlines()) for which, words in said.items()}
    assert lines == {
        ("identity_card", "person"): 5,
        ("business_licence", "company"): 5,
        ("property_certificate", "person"): 6,
        ("property_certificate", "company"): 6,
    }
    assert all(len(words.en.splitlines()) == lines[which] for which, words in said.items())
    assert not any("{" in words.zh + words.en for words in said.values())
    reached = parse_licences('contact = { zh = "12345", en = "12345" }\n' + TEXT)
    card = reached.kinds[0]
    assert "12345" in reached.consent_to(card, "person", card.name, "ZG1").en


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('meets = "identity"', 'meets = "passport"', "meets passport is none of"),
        ('parties = ["company"]', 'parties = ["person"]', "two of them meet one document"),
        ('parties = ["person"]', 'parties = ["dog"]', "no parties: dog"),
        ("“{licence}”", "“{phone}”", "says what no case has: phone"),
        ('scope = "place"', 'scope = "street"', "scope street is none of"),
        ('requirement = "property"', 'requirement = "identity"', "identity stands twice"),
        ("wait = 8", "wait = 0", "wait must be at least 1"),
        ("wait = 8", "wait = 8\nhurry = 1", "unknown: hurry"),
    ],
)
def test_what_is_wrong_is_named(before: str, after: str, reason: str) -> None:
    assert before in TEXT
    with pytest.raises(RuleError, match=reason):
        parse_licences(TEXT.replace(before, after, 1))
