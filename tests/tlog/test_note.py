"""Signed notes and cosignatures as C2SP writes them, by its own examples."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tlog.checkpoint import Head, parse_head
from tlog.note import (
    COSIGNATURE,
    NoteError,
    Verifier,
    cosign,
    holds,
    joined,
    parse,
    parse_signatures,
    parse_vkey,
    public_bytes,
    sign,
    verified,
)

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
    "OBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URY"
    "N7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9"
    "dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def test_the_example_of_signed_note_verifies() -> None:
    key = parse_vkey(VKEY)
    assert str(key) == VKEY
    assert verified(parse(NOTE), [key]) == [key]
    assert str(parse(NOTE)) == NOTE


def test_the_example_of_a_checkpoint_is_read() -> None:
    note = parse(CHECKPOINT)
    head = parse_head(note.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text() == note.text
    assert [line.name for line in note.signatures] == [head.origin, "witness.example.com/w1"]
    # The timestamp of the example's cosignature stands in the specification beside it.
    assert int.from_bytes(note.signatures[1].value[:8], "big") == 1679315147


def test_what_we_sign_and_cosign_verifies_and_nothing_else_does() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    text = Head("example.com/log", 3, bytes(32)).text()
    line = sign(text, "example.com/log", key)
    witness = cosign(text, "example.com/w", key, 1_800_000_000)
    note = parse(joined(text, [line, witness]))
    ours = Verifier("example.com/log", public_bytes(key))
    watching = Verifier("example.com/w", public_bytes(key), COSIGNATURE)
    assert verified(note, [ours, watching]) == [ours, watching]
    assert not holds(text.replace("3", "4"), line, ours)
    assert not holds(text.replace("3", "4"), witness, watching)
    stranger = Verifier("example.com/log", public_bytes(other))
    with pytest.raises(NoteError, match="no known key"):
        verified(note, [stranger])


def test_a_cosignature_without_a_time_is_none() -> None:
    key = Ed25519PrivateKey.generate()
    text = Head("example.com/log", 3, bytes(32)).text()
    line = cosign(text, "example.com/w", key, 0)
    assert not holds(text, line, Verifier("example.com/w", public_bytes(key), COSIGNATURE))


def test_a_known_key_whose_signature_fails_spoils_the_note() -> None:
    broken = NOTE.replace("example message", "Example message")
    with pytest.raises(NoteError, match="does not verify"):
        verified(parse(broken), [parse_vkey(VKEY)])


@pytest.mark.parametrize(
    "text",
    [
        "", "text\n", "text\n\n", "text\n\n— name\n", "text\n\n- name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n", "text\n\n— name AAAA\n", "text\n\n— name A?==\n",
        "text\n\n— name AAAAAAAA", "te\x07xt\n\n— name AAAAAAAA\n", "te\rxt\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 33, "t" * 70_000 + "\n\n— name AAAAAAAA\n",
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse(text)


@pytest.mark.parametrize(
    "vkey",
    ["", "name", VKEY[:-4], VKEY.replace("530d903a", "530d903b"), VKEY.replace("+Ae", "+Ce"),
     VKEY.replace("example", "exa mple"), "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"],
)  # fmt: skip
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        parse_vkey(vkey)


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    ["a\n1\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n1\n{ROOT[:-4]}\n", f"\n1\n{ROOT}\n",
     f"a\n1\n{ROOT}", f"a\n1\n{ROOT}\n\nx\n", f"a\n1 \n{ROOT}\n", f"a\n١\n{ROOT}\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_head(text)


def test_signature_lines_end_in_a_newline() -> None:
    [line] = parse_signatures("— name AAAAAAAA\n")
    assert str(line) == "— name AAAAAAAA\n"
    with pytest.raises(NoteError):
        parse_signatures("— name AAAAAAAA")
