"""Made-up identity cards: a printed portrait, lines of text, a pattern over both, a ghost."""

import cv2
import numpy as np

from . import faces, textures

Rng = np.random.Generator
CARD_PX = (302, 480)


def card(rng: Rng, photo: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A card `CARD_PX` high and wide, seen from above, and the face of its portrait."""
    ground = np.clip(textures.colour(rng) * 0.4 + 140 + rng.normal(0, 12, 3), 0, 255)
    picture = np.empty((*CARD_PX, 3), np.uint8)
    picture[:] = ground
    if rng.random() < 0.3:
        picture[: rng.integers(20, 70)] = textures.colour(rng)
    portrait, to_portrait = cut(rng, photo, rows[0])
    printed = faded(rng, portrait)
    height, width = printed.shape[:2]
    at_right = rng.random() < 0.6
    margin = int(rng.uniform(10, 40))
    x = CARD_PX[1] - width - margin if at_right else margin
    y = int(rng.uniform(15, CARD_PX[0] - height - 10))
    write(rng, picture, (int(rng.uniform(10, 30)) if at_right else x + width + 15, 40))
    ghost(rng, picture, printed, at_right)
    frame = int(rng.choice([0, 0, 2, 4]))
    picture[max(0, y - frame) : y + height + frame, max(0, x - frame) : x + width + frame] = 235
    picture[y : y + height, x : x + width] = printed
    picture = patterned(rng, picture)
    to_card = np.array([[1.0, 0, x], [0, 1, y], [0, 0, 1]]) @ to_portrait
    return picture, faces.moved(rows[:1], to_card)


def cut(rng: Rng, photo: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The face with hair and shoulders, 3 to 4 or nearly so, and the map into it."""
    height = int(rng.uniform(110, 230))
    width = int(height * rng.uniform(0.7, 0.95))
    scale = height * rng.uniform(0.4, 0.72) / row[3]
    centre = row[:2] + row[2:4] / 2
    middle = np.array([width * rng.uniform(0.44, 0.56), height * rng.uniform(0.44, 0.56)])
    mirror = rng.choice([-1.0, 1.0])
    matrix = np.array([[scale * mirror, 0, 0], [0, scale, 0], [0, 0, 1.0]])
    matrix[:2, 2] = middle - matrix[:2, :2] @ centre
    border = int(rng.choice([cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT]))
    paper = tuple(float(v) for v in textures.colour(rng))
    flags = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
    cutting = cv2.warpAffine(
        photo, matrix[:2], (width, height), flags=flags, borderMode=border, borderValue=paper
    )
    return cutting, matrix


def faded(rng: Rng, portrait: np.ndarray) -> np.ndarray:
    """Printed with poor ink: less contrast, less colour, coarser."""
    contrast = rng.uniform(0.45, 1.0)
    lift = rng.uniform(0, 1 - contrast) * 230
    printed = cv2.convertScaleAbs(portrait, alpha=contrast, beta=lift)
    if rng.random() < 0.3:
        share = rng.uniform(0.4, 1.0)
        plain = cv2.cvtColor(cv2.cvtColor(printed, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        printed = cv2.addWeighted(plain, share, printed, 1 - share, 0)
    return printed


def write(rng: Rng, picture: np.ndarray, corner: tuple[int, int]) -> None:
    step = int(rng.uniform(12, 26))
    textures.write(rng, picture, corner, step, int(rng.integers(3, (CARD_PX[0] - 50) // step)))


def ghost(rng: Rng, picture: np.ndarray, printed: np.ndarray, at_right: bool) -> None:
    """A small, pale copy of the portrait at the other side, on some cards."""
    if rng.random() > 0.3:
        return
    small = cv2.resize(printed, None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    y = int(rng.uniform(80, CARD_PX[0] - height))
    x = int(rng.uniform(20, 120)) if at_right else CARD_PX[1] - width - int(rng.uniform(20, 120))
    spot = picture[y : y + height, x : x + width]
    plain = cv2.cvtColor(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    share = rng.uniform(0.1, 0.35)
    spot[:] = cv2.addWeighted(plain, share, spot, 1 - share, 0)


def patterned(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Waves over everything, and a bright spot of the lamp on some cards."""
    strength = rng.uniform(2, 22) if rng.random() < 0.8 else 0
    change = textures.wave_map(rng, picture.shape[:2]) * strength
    if rng.random() < 0.2:
        y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
        far = np.hypot(x - rng.uniform(0, CARD_PX[1]), y - rng.uniform(0, CARD_PX[0]))
        change += rng.uniform(40, 160) * np.exp(-((far / rng.uniform(20, 70)) ** 2))
    return np.clip(picture + change[..., None], 0, 255).astype(np.uint8)
