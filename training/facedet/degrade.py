"""What cameras, printers and networks do to a picture. Nothing here moves a face."""

import cv2
import numpy as np

Rng = np.random.Generator


def degraded(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """A few faults at random, in the order in which they happen."""
    for chance, fault in FAULTS:
        if rng.random() < chance:
            picture = fault(rng, picture)
    return picture


def relit(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Another contrast, brightness and gamma, mostly a little, sometimes nearly black or white."""
    strength = rng.choice([0.15, 0.5])
    levels = np.linspace(0, 1, 256) ** np.exp(rng.normal(0, strength))
    levels = (levels - 0.5) * np.exp(rng.normal(0, strength)) + 0.5 + rng.normal(0, strength / 3)
    levels *= np.exp(-abs(rng.normal(0, strength)))
    return cv2.LUT(picture, np.clip(levels * 255, 0, 255).astype(np.uint8))


def tinted(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Another white."""
    gains = np.exp(rng.normal(0, 0.15, 3))
    levels = np.clip(np.arange(256)[:, None] * gains, 0, 255).astype(np.uint8)
    return cv2.LUT(picture, levels[None])


def grey(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Less colour, or none."""
    plain = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    share = rng.choice([1.0, rng.uniform(0.3, 1)])
    return cv2.addWeighted(plain, share, picture, 1 - share, 0)


def shaded(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """A shadow or a glare that changes over the picture."""
    height, width = picture.shape[:2]
    grid = np.exp(rng.normal(0, 0.5, rng.choice([2, 3, 4], 2))).astype(np.float32)
    light = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(picture * light[..., None], 0, 255).astype(np.uint8)


def blurred(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Out of focus."""
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 2.2))


def shaken(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Moved while the shutter was open."""
    length = int(rng.integers(3, 10))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D(((length - 1) / 2,) * 2, rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def coarse(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Made smaller and larger again."""
    height, width = picture.shape[:2]
    share = rng.uniform(0.35, 0.9)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    kinds = [cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC]
    small = cv2.resize(picture, size, interpolation=int(rng.choice(kinds[:2])))
    return cv2.resize(small, (width, height), interpolation=int(rng.choice(kinds[1:])))


def noisy(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Noise of a sensor or of paper."""
    shape = picture.shape if rng.random() < 0.5 else (*picture.shape[:2], 1)
    noise = rng.standard_normal(shape, np.float32) * (rng.uniform(1, 5) ** 2 * 0.8)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def compressed(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Saved as a JPEG."""
    quality = int(rng.uniform(25, 96))
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(encoded, cv2.IMREAD_COLOR)


FAULTS = (
    (0.55, relit),
    (0.25, tinted),
    (0.12, grey),
    (0.12, shaded),
    (0.2, blurred),
    (0.06, shaken),
    (0.12, coarse),
    (0.3, noisy),
    (0.45, compressed),
)
