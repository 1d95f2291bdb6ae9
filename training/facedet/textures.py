"""Backgrounds and printed matter without a face in them."""

import string

import cv2
import numpy as np

Rng = np.random.Generator


def background(rng: Rng, size: tuple[int, int], scrap: np.ndarray) -> np.ndarray:
    """A picture `[h, w, 3]` of a random kind; `scrap` is a piece of a photo without a face."""
    kind = rng.choice(5, p=[0.3, 0.2, 0.2, 0.15, 0.15])
    return (stretched, flat, clouds, waves, shapes)[kind](rng, size, scrap)


def colour(rng: Rng) -> np.ndarray:
    """A colour, greyish more often than not."""
    grey = rng.uniform(0, 255)
    return np.clip(grey + rng.normal(0, rng.choice([5, 40]), 3), 0, 255)


def flat(rng: Rng, size: tuple[int, int], scrap: np.ndarray) -> np.ndarray:
    """A colour that changes slowly."""
    corners = np.stack([colour(rng), colour(rng)] * 2).reshape(2, 2, 3)
    if rng.random() < 0.5:
        corners[:] = corners[0, 0]
    return cv2.resize(corners, size[::-1]).astype(np.uint8)


def stretched(rng: Rng, size: tuple[int, int], scrap: np.ndarray) -> np.ndarray:
    """The scrap, stretched, sometimes out of focus."""
    picture = cv2.resize(scrap, size[::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.blur(picture, (9, 9)) if rng.random() < 0.4 else picture


def clouds(rng: Rng, size: tuple[int, int], scrap: np.ndarray) -> np.ndarray:
    """Noise of several sizes: gravel, grass, fur, stone."""
    total = np.zeros((*size, 1 if rng.random() < 0.6 else 3), np.float32)
    for cell in (2, 4, 8, 16, 32, 64)[rng.integers(0, 3) :]:
        grid = (size[0] // cell + 2, size[1] // cell + 2, total.shape[2])
        noise = rng.standard_normal(grid, np.float32) * cell ** rng.uniform(0, 0.5)
        total += cv2.resize(noise, size[::-1]).reshape(total.shape)
    total = total / (total.std() + 1e-6) * rng.uniform(10, 60) + colour(rng)
    return np.clip(total, 0, 255).astype(np.uint8)


def waves(rng: Rng, size: tuple[int, int], scrap: np.ndarray) -> np.ndarray:
    """Stripes that wave, as in the ground of a card."""
    strength = wave_map(rng, size)[..., None] * rng.uniform(5, 60)
    return np.clip(colour(rng) + strength, 0, 255).astype(np.uint8)


def wave_map(rng: Rng, size: tuple[int, int]) -> np.ndarray:
    """Values of -1 to 1."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    angle, period = rng.uniform(0, np.pi), rng.uniform(4, 30)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    bent = across + rng.uniform(0, 8) * np.sin(along / rng.uniform(4, 25))
    return np.sin(bent * (2 * np.pi / period))


def shapes(rng: Rng, size: tuple[int, int], scrap: np.ndarray) -> np.ndarray:
    """Discs, boxes and lines: coins, clocks, wheels, pairs of dark spots."""
    picture = flat(rng, size, scrap)
    for _ in range(rng.integers(3, 25)):
        at = [int(v) for v in rng.uniform(0, 1, 4) * [size[1], size[0], size[1], size[0]]]
        ink = [int(v) for v in colour(rng)]
        thick = int(rng.choice([-1, 1, 2, 4]))
        kind = rng.integers(0, 4)
        if kind == 0:
            cv2.circle(picture, at[:2], int(rng.uniform(2, 60)), ink, thick, cv2.LINE_AA)
        elif kind == 1:
            cv2.rectangle(picture, at[:2], at[2:], ink, thick)
        elif kind == 2:
            cv2.line(picture, at[:2], at[2:], ink, abs(thick), cv2.LINE_AA)
        else:
            radii = [int(v) for v in rng.uniform(3, 60, 2)]
            cv2.ellipse(picture, at[:2], radii, rng.uniform(0, 180), 0, 360, ink, thick)
    return picture


def write(rng: Rng, picture: np.ndarray, corner: tuple[int, int], step_px: int, lines: int) -> None:
    """Lines of random words, from a corner downwards."""
    letters = string.ascii_letters + string.digits + "  .:-/"
    ink = [int(v) for v in colour(rng) * 0.35]
    font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX]))
    for line in range(lines):
        text = "".join(rng.choice(list(letters), rng.integers(5, 28)))
        at = (corner[0], corner[1] + line * step_px)
        cv2.putText(picture, text, at, font, step_px / 42, ink, 1, cv2.LINE_AA)
