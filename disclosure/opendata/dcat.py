"""The catalogue of data sets as DCAT 3 (W3C) in JSON-LD 1.1.

Its context stands in the document: whoever reads it fetches nothing else. What is not decided, such
as a licence, is left out.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from core.links import public_address
from core.templatetags.city import iso
from disclosure.opendata.columns import LANGUAGES
from disclosure.opendata.sets import DATA, DataSet
from publishing.columns import Label
from rules.city import city

CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: Dublin Core Collection Description Frequency Vocabulary.
FREQUENCY: Final = "http://purl.org/cld/freq/"
MEDIA_TYPE: Final = "https://www.iana.org/assignments/media-types/"
FORMATS: Final = {"csv": "text/csv", "json": "application/json"}
#: BCP 47.
TAGS: Final = {"zh-hans": "zh-Hans", "en": "en"}

Node = dict[str, Any]


def catalogue(title: Label, text: Label, changed: Mapping[str, datetime]) -> Node:
    """The whole catalogue.

    Args:
        changed: when each data set changed last, by its name.
    """
    address = public_address(reverse("disclosure:data-catalogue"))
    publisher = f"{address}#publisher"
    return {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dcterms:title": _in_both(title),
        "dcterms:description": _in_both(text),
        "dcterms:language": list(TAGS.values()),
        "dcterms:publisher": {
            "@id": publisher,
            "@type": "foaf:Organization",
            "foaf:name": _in_both(city().name),
        },
        "foaf:homepage": _ref(public_address(reverse("disclosure:data"))),
        **_licence(),
        **_modified(max(changed.values(), default=None)),
        "dcat:service": {
            "@id": f"{address}#api",
            "@type": "dcat:DataService",
            "dcterms:title": _in_both(title),
            "dcat:endpointURL": _ref(public_address(reverse("api-data"))),
            "dcat:servesDataset": [_ref(_id(data)) for data in DATA.values()],
        },
        "dcat:dataset": [
            _dataset(data, changed.get(data.name)) | {"dcterms:publisher": _ref(publisher)}
            for data in DATA.values()
        ],
    }


def _dataset(data: DataSet, changed: datetime | None) -> Node:
    page = public_address(reverse("disclosure:data-set", args=[data.name]))
    return {
        "@id": _id(data),
        "@type": "dcat:Dataset",
        "dcterms:identifier": data.name,
        "dcterms:title": _in_both(data.title),
        "dcterms:description": _in_both(data.text),
        "dcterms:accrualPeriodicity": _ref(f"{FREQUENCY}{data.frequency}"),
        "dcat:landingPage": _ref(page),
        "dcat:version": str(data.newest),
        **_licence(),
        **_modified(changed),
        "dcat:distribution": [
            _distribution(data, version, ext) for version in data.versions for ext in FORMATS
        ],
    }


def _distribution(data: DataSet, version: int, ext: str) -> Node:
    address = public_address(reverse("api-data-file", args=[data.name, version, ext]))
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcterms:title": f"{data.name} v{version} {ext}",
        "dcat:accessURL": _ref(public_address(reverse("disclosure:data-set", args=[data.name]))),
        "dcat:downloadURL": _ref(address),
        "dcat:mediaType": _ref(f"{MEDIA_TYPE}{FORMATS[ext]}"),
        # The dictionary.
        "dcterms:conformsTo": _ref(public_address(reverse("api-data-set", args=[data.name]))),
        **_licence(),
    }


def _id(data: DataSet) -> str:
    return public_address(reverse("disclosure:data-set", args=[data.name])) + "#data"


def _licence() -> Node:
    return {"dcterms:license": _ref(settings.DATA_LICENCE_URL)} if settings.DATA_LICENCE_URL else {}


def _modified(at: datetime | None) -> Node:
    return {"dcterms:modified": {"@type": "xsd:dateTime", "@value": iso(at)}} if at else {}


def _in_both(words: Label) -> list[Node]:
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append({"@language": TAGS[language], "@value": str(words)})
    return found


def _ref(address: str) -> Node:
    return {"@id": address}
