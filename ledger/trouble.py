"""Why the record is not signed. None of these is a person's mistake: they are for the operator."""


class RecordTrouble(Exception):
    """Nothing is signed until an operator has looked."""


class RecordGap(RecordTrouble):
    """The database is behind what was signed: it was restored to an earlier moment.

    `manage.py record declare_gap` begins a new epoch and says so in the record.
    """


class RecordForked(RecordTrouble):
    """The database has another past than the one that was signed."""


class KeyLost(RecordTrouble):
    """The private half of the key in force is not in its file."""


class NotBegun(RecordTrouble):
    """The record has no first entry, so it has no name and no key."""
