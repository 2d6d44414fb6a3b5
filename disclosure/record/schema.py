"""The shapes of the answers about the record, for the OpenAPI description."""

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from disclosure.serializers import Hotline

CHARS, INTEGER, MOMENT = (
    serializers.CharField, serializers.IntegerField, serializers.DateTimeField,
)  # fmt: skip

KEY = inline_serializer(
    "RecordKey",
    {
        "vkey": CHARS(),
        "purpose": serializers.ChoiceField(["log", "receipt"]),
        "epoch": INTEGER(),
        "from_size": INTEGER(),
        "until_size": INTEGER(allow_null=True),
        "fingerprint": CHARS(),
    },
    many=True,
)
WITNESS = inline_serializer(
    "RecordWitness",
    {
        "name": CHARS(),
        "vkey": CHARS(),
        "active": serializers.BooleanField(),
        "fingerprint": CHARS(),
        "cosigned_size": INTEGER(allow_null=True),
        "cosigned_at": MOMENT(allow_null=True),
    },
    many=True,
)
DAY = inline_serializer(
    "RecordDay",
    {
        "epoch": INTEGER(),
        "size": INTEGER(),
        "root": CHARS(),
        "signed_at": MOMENT(),
        "note": CHARS(),
    },
    many=True,
)
RECORD = inline_serializer(
    "Record",
    {
        "results": DAY,
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "state": serializers.ChoiceField(["ok", "empty", "late", "behind"]),
        "origin": CHARS(allow_null=True),
        "size": INTEGER(),
        "root": CHARS(allow_null=True),
        "signed_at": MOMENT(allow_null=True),
        "promised_within_seconds": INTEGER(),
        "oldest_waiting_seconds": serializers.FloatField(),
        "keys": KEY,
        "witnesses": WITNESS,
        "hotlines": Hotline(many=True),
    },
)
LEAF = inline_serializer("RecordLeaf", {"epoch": INTEGER(), "index": INTEGER()})
