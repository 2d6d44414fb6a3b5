"""A draft of a program is published by what was looked at, and once."""

from typing import Any

from accounts.models import User
from grid.models import ElementRow
from money.models import FeeItem
from publishing.models import Draft, Publication
from tests.publishing import builders
from tests.publishing.programs import SAID, Program, counts, file, public, refused

# Publishing


def test_a_draft_that_was_overtaken_is_looked_at_again(program: Program, lead: User) -> None:
    draft = program.upload("capacity", builders.capacity("A"))
    builders.published("capacity", builders.capacity("B"), lead)
    stale = program.publish(draft)
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale")
    assert "Supply company lead published number 1 in the meantime" in stale.json()["detail"]
    again = program.get(f"drafts/{draft['id']}/")
    assert (again["preview"]["base"], program.publish(again).status_code) == (1, 200)
    assert [code for code, _source, _number in public()] == ["A-1", "B-1"]


def test_what_may_be_a_mistake_is_published_by_whoever_is_sure(
    program: Program, lead: User
) -> None:
    builders.published("fees", builders.fees().replace("HR-10", "007"), lead)
    draft = program.upload("fees", builders.fees().replace("HR-10", "7"))
    question = (
        "“7” is new and looks like “007”, which is published, after a spreadsheet has dropped "
        "zeros or digits of it."
    )
    assert draft["preview"]["questions"] == [{"row": 2, "column": "code", "reason": question}]
    look = "Look at what is asked below, and say that it is right."
    assert refused(program.publish(draft)) == (422, [("/sure", look)])
    assert program.publish(draft, sure=True).status_code == 200


def test_what_is_missing_of_a_draft_is_asked_for_when_it_is_published(
    program: Program, lead: User
) -> None:
    builders.published("capacity", builders.capacity(), lead)
    changed = builders.capacity(open_kva=10)
    draft = program.begun("capacity/drafts/", {"file": file(changed)})
    assert (draft["source"], draft["preview"]["publishable"]) == (None, True)
    assert refused(program.publish(draft)) == (
        422,
        [
            ("/source", "Say where the figures come from."),
            ("/note", "Say why published rows are replaced or withdrawn."),
        ],
    )
    address = f"drafts/{draft['id']}/"
    assert refused(program.ask("PATCH", address, {"source": " "})) == (
        422, [("/source", "Say where the figures come from.")],
    )  # fmt: skip
    assert refused(program.ask("POST", f"{address}publish/", {"base": "1"})) == (
        422, [("/base", "This must be a whole number.")],
    )  # fmt: skip
    program.ask("PATCH", address, SAID)
    assert program.publish(draft).json()["changed"] == 1
    for method, path, body in (
        ("DELETE", "", None), ("PATCH", "", {"note": "n"}), ("GET", "changes/", None),
        ("PUT", "file/", {"file": file(changed)}),
    ):  # fmt: skip
        assert program.ask(method, address + path, body).status_code == 409, method


def test_what_has_no_rows_of_its_own_takes_no_file_and_is_never_the_whole(
    program: Program, lead: User
) -> None:
    builders.published("fees", builders.fees(), lead)
    draft = program.begun(f"fees/rows/{FeeItem.objects.get().pk}/withdraw/", {"note": "n"})
    address = f"drafts/{draft['id']}/"
    none = "This draft was not made from a file."
    assert refused(program.ask("PATCH", address, {"whole": True})) == (422, [("/whole", none)])
    assert (
        program.ask("PUT", f"{address}file/", {"file": file(builders.fees())}).json()["detail"]
        == none
    )
    assert program.ask("GET", f"{address}draft.csv").status_code == 404


def test_the_whole_table_withdraws_what_is_not_in_it(program: Program) -> None:
    both = builders.capacity("A") + builders.capacity("B").splitlines()[1]
    program.publish(program.upload("capacity", both))
    assert counts(program.upload("capacity", builders.capacity("A"))) == (0, 0, 0, 1)
    for no in ("false", "no", "0"):
        draft = program.upload("capacity", builders.capacity("A"), whole=no)
        assert (draft["whole"], counts(draft)) == (False, (0, 0, 0, 1))
    draft = program.upload("capacity", builders.capacity("A"), whole="true")
    assert (draft["whole"], counts(draft)) == (True, (0, 0, 1, 1))
    [gone] = program.get(f"drafts/{draft['id']}/changes/?of=withdrawn")["results"]
    assert (gone["id"], gone["values"]["code"]) == (ElementRow.objects.get(code="B-1").pk, "B-1")
    unsure = {"file": file(builders.capacity("A")), "whole": "perhaps"}
    answer = program.ask("POST", "capacity/drafts/", unsure)
    assert refused(answer) == (422, [("/whole", "Say yes or no.")])


# Twice


def test_a_request_that_is_sent_again_begins_and_publishes_nothing_more(program: Program) -> None:
    def sent() -> dict[str, Any]:
        return {"file": file(builders.capacity("A")), **SAID}

    first, second = (program.begun("capacity/drafts/", sent(), key="k") for _ in range(2))
    assert (first == second, Draft.objects.count()) == (True, 1)
    other = {"file": file(builders.capacity("B")), **SAID}
    assert program.ask("POST", "capacity/drafts/", other, key="k").status_code == 422
    address = f"drafts/{first['id']}/"
    made = [
        program.ask("POST", f"{address}publish/", {"base": 0}, key=key).json()
        for key in ("a", "a", "b", "")
    ]
    assert (made, Publication.objects.count()) == ([made[0]] * 4, 1)
    # The answer of the first request stays, whatever became of the draft.
    withdrawal = f"capacity/rows/{ElementRow.objects.get().pk}/withdraw/"
    gone = program.begun(withdrawal, {}, key="w")
    assert program.ask("DELETE", f"drafts/{gone['id']}/").status_code == 204
    again = program.begun(withdrawal, {}, key="w")
    assert (again, Draft.objects.filter(publication=None).count()) == (gone, 0)


def test_a_draft_that_was_discarded_in_between_is_gone(program: Program) -> None:
    draft = program.upload("capacity", builders.capacity("A"))
    address = f"drafts/{draft['id']}/"
    answer = program.ask("DELETE", address)
    assert (answer.status_code, answer.content) == (204, b"")
    for method, path, body in (
        ("GET", "", None), ("DELETE", "", None), ("PATCH", "", {"note": "n"}),
        ("PUT", "file/", {"file": file(builders.capacity())}), ("GET", "changes/", None),
        ("GET", "draft.csv", None), ("POST", "publish/", {"base": 0}),
    ):  # fmt: skip
        assert program.ask(method, address + path, body).status_code == 404, (method, path)
