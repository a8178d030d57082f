"""Damages bytes at random."""

from __future__ import annotations

import random

NUMBERS = (
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x80\0\0\0",
    b"\0\0\0\0",
    b"\0\0\0\x10",
    b"\0\1\0\0",
    b"\xbe\xbe\xbe\xbe",
)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a change that a disk, a network or an enemy might make."""
    found = bytearray(data)
    place = chance.randrange(chance.choice([len(found), min(len(found), 2000)]) or 1)
    match chance.randrange(5):
        case 0:
            del found[place:]
        case 1:
            found[place : place + 4] = chance.choice(NUMBERS)
        case 2:
            other = chance.randrange(len(found) + 1)
            found[place : place + 40] = found[other : other + 40]
        case 3:
            found += bytes(chance.randrange(1, 50))
        case _:
            for _ in range(chance.choice([1, 1, 3])):
                found[chance.randrange(len(found))] = chance.choice([0, 1, 127, 128, 255])
    return bytes(found)
