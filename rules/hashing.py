"""The content hash that names a version."""

import hashlib
import json
from collections.abc import Mapping

SHOWN = 12


def digest(document: Mapping[str, str]) -> str:
    """Returns the SHA-256 of source texts, the same whatever their order or line ends."""
    plain = {name: text.replace("\r\n", "\n") for name, text in document.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
