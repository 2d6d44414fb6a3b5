"""Vectors that others published: RFC 8032, the tree of RFC 6962, and the first signed note."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest
import tongdian_verify as verify
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verifier import writer

# --- RFC 8032, section 7.1: public key, message, signature ----------------------------------------

EDDSA = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        ("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
         "f9b46bd25bf5f0595bbe24655141438e7a100b"),
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
         "f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        ("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
         "4dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        ("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3"
         "feebbd454d4423643ce80e2a9ac94fa54ca49f"),
        ("dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c664"
         "31e0303dca179c138ac17ad9bef1177331a704"),
    ),
}  # fmt: skip
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19


@pytest.mark.parametrize("name", EDDSA)
def test_the_signatures_of_the_rfc_are_right_and_no_bit_of_them_may_change(name: str) -> None:
    public, message, signature = (bytes.fromhex(part) for part in EDDSA[name])
    assert verify.ed25519(public, signature, message)
    for bit in range(0, 512, 7):
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not verify.ed25519(public, bytes(flipped), message)
    assert not verify.ed25519(public, signature, message + b"\x00")


def little(number: int) -> bytes:
    """An encoding of 32 bytes."""
    return number.to_bytes(32, "little")


#: Encodings of the eight points of small order, the canonical and those that are not.
SMALL = [
    little(1), little(PRIME - 1), little(0), little(1 << 255),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
    little(PRIME), little(PRIME + 1), little(1 | 1 << 255), little(PRIME - 1 | 1 << 255),
    little(PRIME | 1 << 255), little(PRIME + 1 | 1 << 255),
]  # fmt: skip


def test_a_key_of_small_order_signs_nothing() -> None:
    """With such a key (s = 0, R = the neutral point) anything would be signed."""
    found = [verify.ed25519(key, r + little(0), b"anything") for key in SMALL for r in SMALL]
    assert found == [False] * len(SMALL) ** 2


def test_the_same_signature_in_another_spelling_is_refused() -> None:
    public, message, signature = (bytes.fromhex(part) for part in EDDSA["TEST 3"])
    s = int.from_bytes(signature[32:], "little")
    others = [s + times * ORDER for times in range(1, 15) if s + times * ORDER < 1 << 256]
    assert others
    assert not any(verify.ed25519(public, signature[:32] + little(o), message) for o in others)
    assert not verify.ed25519(public, signature[:32] + little(ORDER - s), message)
    assert not verify.ed25519(public, signature[:-1], message)
    assert not verify.ed25519(public, signature + b"\x00", message)
    assert not verify.ed25519(public[:-1], signature, message)


def test_encodings_of_no_point_are_refused() -> None:
    _public, message, signature = (bytes.fromhex(part) for part in EDDSA["TEST 2"])
    off = [little(2), little(PRIME + 2), little(PRIME + 18), b"\xff" * 32]
    assert not any(verify.ed25519(key, signature, message) for key in off)
    assert not any(
        verify.ed25519(bytes.fromhex(EDDSA["TEST 2"][0]), r + signature[32:], message) for r in off
    )


def test_it_agrees_with_another_library_on_many_keys() -> None:
    for number in range(40):
        private = Ed25519PrivateKey.from_private_bytes(writer.sha(b"key %d" % number))
        public, message = private.public_key().public_bytes_raw(), b"message %d" % number
        signature = private.sign(message)
        assert verify.ed25519(public, signature, message)
        assert not verify.ed25519(public, signature, message[:-1])


# --- RFC 6962: the tree of eight leaves that Certificate Transparency was tested with -------------

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ROOTS = [
    EMPTY,
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E, F, G = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
)
#: index, size: proof
INCLUSION = {
    (0, 1): [],
    (0, 8): [A, B, C],
    (5, 8): [D, E, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], B, D],
}
#: old size, new size: proof
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [A, B, C],
    (6, 8): [F, E, ROOTS[4]],
    (2, 5): [B, D],
    (6, 7): [F, G, ROOTS[4]],
}


def leaves(size: int = 8) -> list[bytes]:
    return [verify.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]


def test_the_roots_of_the_known_tree() -> None:
    tree = verify.Tree()
    found = [tree.root().hex()]
    for leaf in leaves():
        tree.add(leaf)
        found.append(tree.root().hex())
    assert found == ROOTS
    assert [writer.root_of(leaves(size)).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_known_proofs_of_inclusion(index: int, size: int) -> None:
    proof = [bytes.fromhex(one) for one in INCLUSION[index, size]]
    assert verify.root_of_inclusion(leaves()[index], index, size, proof) == bytes.fromhex(
        ROOTS[size]
    )
    assert writer.path_of(index, leaves(size)) == proof


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_known_proofs_of_consistency(old: int, new: int) -> None:
    assert [one.hex() for one in writer.proof_of(old, leaves(new))] == CONSISTENCY[old, new]


def test_every_inclusion_in_every_small_tree_and_none_that_is_wrong() -> None:
    every = [writer.leaf_of(bytes([number])) for number in range(70)]
    for size in (1, 2, 3, 7, 8, 9, 31, 64, 65, 70):
        root = writer.root_of(every[:size])
        for index in range(size):
            proof = writer.path_of(index, every[:size])

            def leads(at: int, of: int, by: list[bytes], leaf: bytes = every[index]) -> bool:
                return verify.root_of_inclusion(leaf, at, of, by) == root  # noqa: B023 - used at once

            assert leads(index, size, proof)
            assert not leads(index, size, [*proof, every[0]])
            assert not leads(index, size, proof, every[(index + 1) % 70])
            assert not (proof and leads(index, size, proof[:-1]))
            assert not (proof and leads(index ^ 1, size, proof))
            for place in range(len(proof)):
                changed = [*proof[:place], bytes(32), *proof[place + 1 :]]
                assert not leads(index, size, changed)


# --- Signed notes ---------------------------------------------------------------------------------

#: The first signed note there was, from the documentation of the Go checksum database.
NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501 - as it was published
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_note_of_the_checksum_database() -> None:
    key = verify.key_of(PETER)
    assert (key.name, key.id.hex()) == ("PeterNeumann", "c74f20a3")
    assert verify.note_of(NOTE.encode(), "note").signed(key) == 0


def test_a_changed_note_is_refused_wherever_it_was_changed() -> None:
    key, raw = verify.key_of(PETER), NOTE.encode()
    held = []
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        try:
            note = verify.note_of(bytes(changed), "note")
            held += [at] if note.signed(key) is not None else []
        except verify.Fault:
            continue
    assert held == []


BAD_NOTES = {
    "no text": "— a AAAAAAA=\n",
    "no signature": "text\n\n",
    "no empty line": "text\n— a AAAAAAA=\n",
    "no end of line": "text\n\n— a AAAAAAA=",
    "a control character": "te\tt\n\n— a AAAAAAA=\n",
    "a carriage return": "text\r\n\n— a AAAAAAA=\n",
    "a plain dash": "text\n\n- a AAAAAAA=\n",
    "two spaces": "text\n\n—  a AAAAAAA=\n",
    "no name": "text\n\n—  AAAAAAA=\n",
    "a plus in the name": "text\n\n— a+b AAAAAAA=\n",
    "a wide space in the name": "text\n\n— a\u3000b AAAAAAA=\n",
    "no base64": "text\n\n— a AAAA*AA=\n",
    "another spelling of base64": "text\n\n— a AAAAAAB=\n",
    "only a key ID": "text\n\n— a AAAAAA==\n",
    "too many lines": "text\n\n" + "— a AAAAAAA=\n" * 65,
    "a further field": "text\n\n— a AAAAAAA= b\n",
}


@pytest.mark.parametrize("why", BAD_NOTES)
def test_what_is_no_signed_note(why: str) -> None:
    with pytest.raises(verify.Fault) as caught:
        verify.note_of(BAD_NOTES[why].encode(), "note")
    assert caught.value.code == "not_text"


def test_bytes_that_are_no_text_are_no_note() -> None:
    with pytest.raises(verify.Fault):
        verify.note_of(b"\xff" + NOTE.encode(), "note")


BAD_KEYS = {
    "the ID of another": PETER.replace("c74f20a3", "c74f20a4"),
    "another name": PETER.replace("Peter", "Pieter"),
    "capitals in the ID": PETER.replace("c74f20a3", "C74F20A3"),
    "another type": writer.Signer("a", kind=2).vkey,
    "too short": "a+00000000+AQ==",
    "nothing": "",
    "no ID": "a+AQ==",
    "a space in the name": writer.Signer("a b").vkey,
}


@pytest.mark.parametrize("why", BAD_KEYS)
def test_what_is_no_key(why: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        verify.key_of(BAD_KEYS[why])


BAD_CHECKPOINTS = {
    "a zero before the size": "o\n01\n{root}\n",
    "a negative size": "o\n-1\n{root}\n",
    "digits of another script": "o\n１\n{root}\n",
    "no origin": "\n1\n{root}\n",
    "no root": "o\n1\n",
    "a short root": "o\n1\nAAAA\n",
    "an empty further line": "o\n1\n{root}\n\nmore\n",
}


@pytest.mark.parametrize("why", BAD_CHECKPOINTS)
def test_what_is_no_checkpoint(why: str) -> None:
    text = BAD_CHECKPOINTS[why].format(root=writer.b64(bytes(32)))
    with pytest.raises(verify.Fault) as caught:
        verify.checkpoint_of(writer.note(text, writer.Signer("o")).encode(), "it")
    assert caught.value.code == "not_checkpoint"


def test_a_checkpoint_with_a_further_line_and_one_of_nothing() -> None:
    origin = writer.Signer("o")
    more = verify.checkpoint_of(
        writer.note(f"o\n1\n{writer.b64(bytes(32))}\nmore\n", origin).encode(), ""
    )
    none = verify.checkpoint_of(writer.note(writer.head_text("o", []), origin).encode(), "")
    assert (more.size, none.size, none.root.hex()) == (1, 0, EMPTY)


def test_a_cosignature_says_when_and_covers_it() -> None:
    log, witness = writer.Signer("o"), writer.Signer("w", "witness", 4)
    text = writer.head_text("o", leaves())
    note = verify.note_of(
        f"{text}\n{log.line(text)}{witness.line(text, 1_679_315_147)}".encode(), "n"
    )
    assert note.signed(verify.key_of(witness.vkey)) == 1_679_315_147
    name, identity, signature = note.lines[1]
    later = (name, identity, (1_679_315_148).to_bytes(8, "big") + signature[8:])
    with pytest.raises(verify.Fault) as caught:
        note._replace(lines=(note.lines[0], later)).signed(verify.key_of(witness.vkey))
    assert caught.value.code == "bad_signature"


# --- Tiles ----------------------------------------------------------------------------------------


def test_the_paths_and_widths_of_the_specification() -> None:
    assert verify.tile_path(1234067) == writer.number_path(1234067) == "x001/x234/067"
    assert [verify.tile_path(n) for n in (0, 7, 999, 1000)] == ["000", "007", "999", "x001/000"]
    files = writer.tiles(1, [b"%d" % number for number in range(70_000)])
    widths = {path: len(data) // 32 for path, data in files.items() if "entries" not in path}
    zero = [width for path, width in widths.items() if path.startswith("1/tile/0/")]
    assert sorted(zero) == [112, *[256] * 273]
    assert (widths["1/tile/1/000"], widths["1/tile/1/001.p/17"]) == (256, 17)
    assert widths["1/tile/2/000.p/1"] == 1
    assert set(writer.tiles(1, [b"x"] * 256)) == {
        "1/tile/entries/000", "1/tile/0/000", "1/tile/1/000.p/1",
    }  # fmt: skip


# --- The file itself ------------------------------------------------------------------------------

FILE = Path(verify.__file__)


def test_it_is_written_for_older_pythons_and_imports_nothing_of_others() -> None:
    tree = ast.parse(FILE.read_text(), feature_version=(3, 9))
    plain = [a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names]
    named = [node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in [*plain, *named]} == {
        "__future__", "argparse", "base64", "collections", "datetime", "functools", "hashlib",
        "hmac", "http", "itertools", "json", "locale", "pathlib", "re", "sys", "time", "typing",
        "urllib", "zlib",
    }  # fmt: skip


def test_every_message_says_the_same_in_both_languages() -> None:
    from string import Formatter

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert [code for code, (zh, en) in verify.TEXT.items() if fields(zh) != fields(en)] == []


def test_a_tree_puts_every_hash_of_every_tile_in_order() -> None:
    entries = [b"%d" % number for number in range(1000)]
    put: dict[int, list[bytes]] = {}
    tree = verify.Tree(lambda level, node: put.setdefault(level, []).append(node))
    for one in entries:
        tree.add(verify.leaf_hash(one))
    files = writer.tiles(1, entries)
    for level, hashes in put.items():
        names = sorted(path for path in files if path.startswith(f"1/tile/{level}/"))
        assert b"".join(hashes) == b"".join(files[name] for name in names)
    assert [len(put[level]) for level in sorted(put)] == [1000, 3]
    assert all(one < two for one, two in pairwise(sorted(put)))
