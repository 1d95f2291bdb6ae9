"""Which photos there are, and which of them training never sees."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

# One person in four is held out, besides everyone whose portrait is on a card of idcards-dev.
HELD_OUT_ONE_IN = 4


@dataclass(frozen=True)
class Photos:
    """Paths of every set, sorted, so that a seed means the same on every machine."""

    train: list[Path]
    held_out: list[Path]
    cards: list[Path]
    pictured: list[Path]
    empty: list[Path]


def find(data: Path) -> Photos:
    """Splits what lies in `data` (see the README of that folder) by person."""
    cards = sorted((data / "idcards-dev/images").glob("*.jpg"))
    on_cards = {path.stem.rsplit("_", 2)[0] for path in cards}
    dev = sorted((data / "lfw-dev/images").glob("*/*.jpg"))
    extra = sorted((data / "lfw-extra").glob("*/*.jpg"))

    def is_held_out(path: Path) -> bool:
        person = path.parent.name
        return person in on_cards or is_held_out_by_name(person)

    pictured = [*(data / "photos/portraits").iterdir(), *(data / "photos/groups").iterdir()]
    return Photos(
        train=[path for path in [*dev, *extra] if not is_held_out(path)],
        held_out=[path for path in dev if is_held_out(path)],
        cards=cards,
        pictured=sorted(pictured),
        empty=sorted((data / "photos/no-face").iterdir()),
    )


def is_held_out_by_name(person: str) -> bool:
    """Whether the first byte of the name's SHA-256 is a multiple of four."""
    return hashlib.sha256(person.encode()).digest()[0] % HELD_OUT_ONE_IN == 0


def read(path: Path) -> np.ndarray:
    """Pixels `[h, w, 3]`, BGR, 0 to 255."""
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError(f"{path} is not a picture")
    return pixels
