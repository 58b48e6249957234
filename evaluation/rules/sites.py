"""The KBO establishment number, the key of a site."""

import re

SHAPE = re.compile(r"[2-8][0-9]{9}")
MODULUS = 97


def has_establishment_shape(number: str) -> bool:
    """Ten ASCII digits without punctuation, the first 2 to 8."""
    return SHAPE.fullmatch(number) is not None


def has_check_digits(number: str) -> bool:
    """The last two of ten digits are 97 minus the remainder of the first eight."""
    return int(number[8:]) == MODULUS - int(number[:8]) % MODULUS


def printed(number: str) -> str:
    """The number as KBO prints it: 2.147.812.701."""
    return f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}"
