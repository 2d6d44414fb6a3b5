import pytest

from notifications.parts import parts, units


@pytest.mark.parametrize(("body", "wanted"), [(0, 1), (64, 1), (65, 2), (128, 2), (129, 3)])
def test_the_signature_counts(body: int, wanted: int) -> None:
    assert parts("【自贡通电】" + "字" * body) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        # A pair that would be split begins the next part.
        ("字" * 66 + "😀" + "字" * 66, 3),
        ("字" * 65 + "😀" + "字" * 67, 2),
        ("a" * 70, 1),
        ("a" * 71, 2),
    ],
)
def test_a_surrogate_pair_is_not_split(text: str, wanted: int) -> None:
    assert parts(text) == wanted


def test_a_character_beyond_the_first_plane_is_two_units() -> None:
    assert units("字😀") == 3
