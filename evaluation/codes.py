"""The code of a pre-check: the entry itself packed into a line of text, so that sharing it stores nothing."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import crc32
from collections.abc import Sequence
from typing import Any, Final

from evaluation.rules.facts import Facts
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.parse import InvalidFacts, facts_as_json, parse_facts

VERSION: Final = "PC1"
MOST_CHARACTERS: Final = 60_000
MOST_BYTES: Final = 1_000_000
"""What a code may unpack to: a few lines could otherwise hold gigabytes."""
MOST_DIGITS: Final = 1_000
_WORDS: Final = (
    b'"STUDY""REGISTER""ACCEPTED""REFUSED""PROCESSING","site":"8"SHORTAGE""VOLUME_INCREASE""BOTH""NEITHER""VOTE"'
    b'"iec_application":{"filed_on":"202"renewal_filed_on":"202"extended_to":"202"bureau_confirms_transition":true'
    b'"declared":2"supplements":[{"basis":"STUDY","count":1,"paed":0,"reference":""ruling":"ACCEPTED"'
    b'{"administration_site":"8000000","allografts":[{"billed":{"470654":0,"470665":2},"billed_paed":{"470654":0,'
    b'"470665":},"year":2022},{"billed":{"470654":0,"470665":2},"year":2023},"year":2024}],"apheresis_site":"8'
    b'","booked_years":[2022,2023,2024],"capacity":"SHORTAGE","certificates":[{"body":"JACIE","facilities":'
    b'[{"role":"CLINICAL","site":"8"},{"role":"COLLECTION","site":"8"}],"number":"JACIE-","scopes":[["ADULT","ALLO"],'
    b'["ADULT","IEC"],["PAED","ALLO"],["PAED","IEC"]],"valid_from":"202-0-01","valid_to":"202-0-30"}],'
    b'"judgements":{"C3a":"MET","C3b":"MET","C5":"MET","C6":"NOT_MET","P3":"TO_VERIFY"},"laboratory_site":"8'
    b'","populations":["ADULT","PAED"],"reference_on":"2026-07-31","stage":"REVIEW","vote_on":"202'
)
"""What entries are mostly made of; it keeps a code short. A change of it is a new version."""


class UnreadableCode(ValueError):  # noqa: N818 - it names what is wrong, as the whole error family does
    """The code does not give an entry; `reason` is ``damaged``, ``version`` (of another desk's time) or ``facts``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def encode(facts: Facts) -> str:
    """The entry as ``PC1.<packed>.<check>``; the characters are those an address may hold."""
    text = json.dumps(_stated(facts_as_json(facts)), sort_keys=True, separators=(",", ":"))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_WORDS)
    packed = packer.compress(text.encode("ascii")) + packer.flush()
    body = urlsafe_b64encode(packed).decode("ascii").rstrip("=")
    return f"{VERSION}.{body}.{_check(body)}"


def decode(code: str, versions: Sequence[CriteriaVersion]) -> Facts:
    """The entry of a code; spaces and line ends that a mail put into it do not count. Raises UnreadableCode."""
    bare = "".join(code[: 2 * MOST_CHARACTERS].split())
    version, _, rest = bare.partition(".")
    body, _, check = rest.partition(".")
    if version != VERSION:
        raise UnreadableCode("version" if version.startswith("PC") and version[2:].isdigit() else "damaged")
    if len(bare) > MOST_CHARACTERS or _check(body) != check:
        raise UnreadableCode("damaged")
    try:
        return parse_facts(json.loads(_unpacked(body), parse_int=_whole), versions)
    except InvalidFacts as refused:
        raise UnreadableCode("facts") from refused
    except (ValueError, RecursionError, zlib.error) as fault:
        raise UnreadableCode("damaged") from fault


def _unpacked(body: str) -> str:
    packed = urlsafe_b64decode(body.encode("ascii") + b"=" * (-len(body) % 4))
    unpacker = zlib.decompressobj(-15, zdict=_WORDS)
    text = unpacker.decompress(packed, MOST_BYTES)
    if not unpacker.eof or unpacker.unused_data:
        raise UnreadableCode("damaged")
    return text.decode("ascii")


def _whole(digits: str) -> int:
    """A count of transplantations; sums of numbers with thousands of digits could no longer be written out."""
    if len(digits) > MOST_DIGITS:
        raise UnreadableCode("damaged")
    return int(digits)


def _check(body: str) -> str:
    """Eight characters that no longer fit once one character of the body is another."""
    return f"{crc32(body.encode('utf-8', 'replace')):08x}"


def _stated(value: Any) -> Any:
    """Without what is null or an empty object: in the contract the same as left out. An empty list says *none*."""
    match value:
        case dict():
            return {name: _stated(each) for name, each in value.items() if each is not None and each != {}}
        case list():
            return [_stated(each) for each in value]
        case _:
            return value
