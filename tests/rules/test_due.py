"""`manage.py due`, from the files alone."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from rules.calendar import Calendar


def due(*args: str) -> str:
    out = io.StringIO()
    call_command("due", *args, stdout=out)
    return out.getvalue()


def refusal(*args: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as refused:
        due(*args)
    return refused.value.returncode, str(refused.value)


@pytest.mark.parametrize(
    ("args", "day"),
    [
        (["lv_other", "2021-04-30T17:00"], "2021-05-12"),
        (["residential", "2021-04-30"], "2021-05-08"),
        (["lv_small", "2022-12-30T23:59:59+08:00"], "2023-01-16"),
        (["lv_small", "2022-12-30T16:00:00Z"], "2023-01-11"),
        (["hv_single", "2026-06-01"], "2026-06-24"),
        (["hv_dual", "2026-06-01"], "2026-07-14"),
        (["planning", "2021-04-30"], "2021-05-10"),
        (["construction", "2021-04-30T23:59:59"], "2021-05-10"),
        (["greening", "2021-04-30T16:00:00+00:00"], "2021-05-10"),
        (["set", "2021-04-30"], "2021-05-10"),
        (["intake", "2021-09-17"], "2021-09-26"),
        (["instant", "2021-04-30"], "2021-04-30"),
        (["instant", "2021-05-01"], "2021-05-06"),
        (["hv_dual", "2022-01-28", "--days", "7"], "2022-02-11"),
        (["hv_dual", "2021-01-04", "--days", "0"], "2021-01-04"),
        (["set", "2021-05-01", "--days", "0"], "2021-05-01"),
        (["set", "2026-06-01", "--district", "510321"], "2026-06-05"),
    ],
)
def test_the_due_date_of_a_limit(calendar: Calendar, args: list[str], day: str) -> None:
    assert due(*args) == f"{day} calendar={calendar.version}\n"


def test_a_due_date_in_a_year_without_a_notice_says_so(calendar: Calendar) -> None:
    found = due("hv_dual", "2026-12-21")
    assert found == f"2027-02-01 provisional calendar={calendar.version}\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["lv_other", "2020-12-31"], "begins on 2021-01-01"),
        (["lv_other", "2020-12-31T15:59:59Z", "--days", "3"], "begins on 2021-01-01"),
        (["lv_other", "2021-04-29"], "no decision in force before 2021-04-30; give --days"),
        (["lv_fourth", "2021-04-30"], "lv_fourth is none of: residential, lv_small"),
        (["lv_other", "yesterday"], "yesterday"),
        (["lv_other", "2021-04-30", "--days", "-1"], "working days are 0 or more"),
        (["lv_other", "2021-04-30", "--days", "9999999999"], ""),
        (["lv_other"], "KIND and START are needed"),
        (["set", "2026-06-01", "--district", "510399"], "510399"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_exit_2(args: list[str], said: str) -> None:
    code, message = refusal(*args)
    assert code == 2
    assert said in message


def test_many_at_once_one_line_each(calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "2021-04-30 4\n2021-09-17T08:00:00+08:00 5\n\n2026-12-21T16:00:00Z 0\n2027-01-01 1\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    end = f"calendar={calendar.version}"
    assert due("--stdin").splitlines() == [
        f"2021-05-10 {end}",
        f"2021-09-26 {end}",
        f"2026-12-22 {end}",
        f"2027-01-04 provisional {end}",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2020-12-31 4", "line 2: the calendar begins"),
        ("2021-05-01", "line 2: "),
        ("2021-05-01 four", "line 2: "),
        ("2021-05-01 -4", "line 2: working days are 0 or more"),
    ],
)
def test_a_bad_line_is_named(line: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"2021-04-30 4\n{line}\n"))
    code, message = refusal("--stdin")
    assert (code, message[: len(said)]) == (2, said)
