"""Making scores mean about what they mean for the teacher, and finding the gate.

A network that is unsure between two scores gives the one in the middle, so its scores spread less
than the teacher's. A scale and an offset on the logit, folded into the last convolution, undo that
for composites; on whole photos it still is unsure more often, so that its gate is lower.
"""

import cv2
import numpy as np

from . import faces
from .composite import Composer, Composite, Source
from .evaluate import GATES
from .export import Calibration

PICTURES, SIDE_PX, SEED_OFFSET = 1500, 256, 1_000_000
# Of all faces, shares of those with a lower score at which the two networks are made to agree.
QUANTILES = np.linspace(0.02, 0.9, 45)
MOST = 0.97
SAME_IOU = 0.5
# How much smaller photos are made to find the gate, and how many of them.
SHRUNK, SHRUNK_PHOTOS = (0.25, 0.7), 2000


def calibration(
    composer: Composer, yunet: faces.Network, ours: faces.Network, seed: int
) -> Calibration:
    """Fits the quantiles of both networks' scores on composites that training did not see."""
    pairs = []
    for index in range(PICTURES):
        rng = np.random.default_rng([seed, SEED_OFFSET + index])
        made = composer.compose(rng, SIDE_PX)
        if len(made.rows):
            pairs += zip(best(yunet, made), best(ours, made))
    pairs = np.array(pairs)
    wanted, given = (np.quantile(logit(scores), QUANTILES) for scores in pairs.T)
    useful = (wanted > logit(0.5)) & (wanted < logit(MOST))
    scale, offset = np.polyfit(given[useful], wanted[useful], 1)
    print(f"calibration: {len(pairs)} faces, scale {scale:.3f}, offset {offset:.3f}", flush=True)
    return Calibration(float(scale), float(offset))


def gate(sources: list[Source], yunet: faces.Network, ours: faces.Network, seed: int) -> float:
    """The score at which `ours` misses as many faces of shrunk training photos as the teacher
    does at its gate. They are a handful: read it as two digits.
    """
    rng = np.random.default_rng([seed, SEED_OFFSET])
    scores = []
    for index in rng.permutation(len(sources))[:SHRUNK_PHOTOS]:
        source, scale = sources[index], rng.uniform(*SHRUNK)
        photo = cv2.resize(source.photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        rows = faces.moved(source.rows[:1], np.diag([scale, scale, 1.0]))
        made = Composite(photo, rows, is_empty=False)
        scores.append(best(yunet, made) + best(ours, made))
    teacher, student = np.array(scores).T
    missed = int((teacher < GATES["yunet"]).sum())
    found = float(np.sort(student)[missed])
    print(f"gate: {missed} of {len(scores)} missed by the teacher, by ours at {found:.3f}", flush=True)
    return found


def best(network: faces.Network, made: Composite) -> list[float]:
    """The highest score on each face; close to 0 where there is none."""
    found = network.look(made.picture, 0.05)
    hits = [found[faces.overlap(row, found) >= SAME_IOU, faces.SCORE] for row in made.rows]
    return [float(hit.max()) if len(hit) else 0.01 for hit in hits]


def logit(score: np.ndarray) -> np.ndarray:
    score = np.clip(score, 0.01, 0.99)
    return np.log(score / (1 - score))
