"""Epochs that have ended: their files are all there is of what the database no longer has."""

from collections.abc import Iterator

from ledger import folders, keys, merkle, sequencer
from ledger.heads import Head, parse_head
from ledger.note import NoteError, parse, verified
from ledger.tiles import FolderTiles, TiledTree, TileMissing
from ledger.trouble import RecordTrouble


def missing() -> Iterator[str]:
    """Yield what is wrong with the public files of each epoch that has ended, from the files alone.

    They cannot be written again from a database that was restored to before their end: they have
    to be put back from a copy of the public folder.
    """
    present = keys.epoch()
    for epoch in sequencer.signed_epochs():
        if epoch < present and (what := _what_is_wrong(epoch)):
            yield f"public/{epoch}: {what}; put it back from a copy"


def _what_is_wrong(epoch: int) -> str:
    content = folders.read(folders.epoch_folder(epoch) / "checkpoint")
    if content is None:
        return "its checkpoint is missing"
    try:
        signed, head = sequencer.last_signed(epoch), _published(epoch, content)
    except (NoteError, RecordTrouble, UnicodeDecodeError) as error:
        return str(error)
    if signed is None or head.size > signed.size:
        return "its checkpoint is not what was signed"
    return _tiles(epoch, head)


def _published(epoch: int, content: bytes) -> Head:
    note = parse(content.decode())
    verified(note, keys.log_verifiers(epoch))
    return parse_head(note.text)


def _tiles(epoch: int, head: Head) -> str:
    tree = TiledTree(FolderTiles(folders.epoch_folder(epoch)), head.size)
    try:
        found = merkle.root(tree, head.size)
    except TileMissing as error:
        return f"a tile is missing ({error})"
    return "" if found == head.root else "its tiles are not those of its checkpoint"
