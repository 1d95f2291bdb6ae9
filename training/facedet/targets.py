"""What each cell of the network's three maps should say about a composite."""

import numpy as np

from . import faces
from .composite import Composite
from .faces import LANDMARKS, STRIDES

# A cell of at least this score learns a box and landmarks, if its box is one of the labels'.
LEAST_REGRESSED = 0.15
LEAST_IOU = 0.4
# Values of a cell: score, box (4), landmarks (10), weight of box and landmarks, size in cells.
CELL = 17


def targets(teacher: faces.Network, composite: Composite) -> np.ndarray:
    """`[cells, 17]`, all strides one after the other.

    The score is the teacher's on this very picture, so that the score means what the teacher's
    means. Box and landmarks are the labels', which are better than the teacher's one look.
    """
    if composite.is_empty:
        side = composite.picture.shape[0]
        return np.zeros((sum((side // stride) ** 2 for stride in STRIDES), CELL), np.float32)
    levels = teacher.levels(composite.picture)
    maps = [level_targets(level, s, composite.rows) for level, s in zip(levels, STRIDES)]
    return np.concatenate(maps)


def level_targets(level: dict, stride: int, rows: np.ndarray) -> np.ndarray:
    scores = faces.score_map(level)
    cells = np.zeros((*scores.shape, CELL), np.float32)
    cells[..., 0] = scores
    y, x = np.nonzero(scores >= LEAST_REGRESSED)
    found = faces.decoded(level, stride, LEAST_REGRESSED)
    for row, cell_y, cell_x in zip(found, y, x):
        if not len(rows):
            break
        ious = faces.overlap(row, rows)
        if ious.max() >= LEAST_IOU:
            cells[cell_y, cell_x, 1:] = encoded(rows[ious.argmax()], cell_x, cell_y, stride)
            cells[cell_y, cell_x, 15] = scores[cell_y, cell_x]
    return cells.reshape(-1, CELL)


def encoded(row: np.ndarray, x: int, y: int, stride: int) -> np.ndarray:
    """Box and landmarks as the network gives them, a place for the weight, and the size."""
    cell = np.array([x, y])
    size = row[2:4] / stride
    centre = (row[:2] + row[2:4] / 2) / stride - cell
    points = row[LANDMARKS] / stride - np.tile(cell, 5)
    return np.concatenate([centre, np.log(size), points, [0.0, np.sqrt(size.prod())]])
