"""Why the record is not signed. None of these is a person's mistake: they are for the operator."""


class RecordTrouble(Exception):
    """Nothing is signed until an operator has looked."""


class RecordGap(RecordTrouble):
    """The database was restored to before what was signed; `manage.py record declare_gap` helps."""


class RecordForked(RecordTrouble):
    """The database has another past than the one that was signed."""


class KeyLost(RecordTrouble):
    """The private half of the key in force is not in its file."""


class NotBegun(RecordTrouble):
    """The record has no first entry, so it has no name and no key."""
