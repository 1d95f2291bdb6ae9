"""What each cell of the network's three maps should say about a composite."""

import numpy as np

from . import faces
from .composite import Composite
from .faces import LANDMARKS, MIRRORED, STRIDES

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


def mirrored(batch: np.ndarray) -> np.ndarray:
    """Targets `[n, cells, 17]` of square pictures, as they are in a mirror."""
    maps, begin = [], 0
    # The cells of the strides are 16, 4 and 1 parts of 21.
    finest = round(np.sqrt(batch.shape[1] * 16 / 21))
    for side, stride in zip((finest, finest // 2, finest // 4), STRIDES):
        cells = batch[:, begin : begin + side * side].reshape(-1, side, side, CELL)[:, :, ::-1]
        begin += side * side
        maps.append(mirrored_cells(cells.copy(), stride).reshape(len(batch), -1, CELL))
    return np.concatenate(maps, 1)


def mirrored_cells(cells: np.ndarray, stride: int) -> np.ndarray:
    """A pixel `x` goes to `width - 1 - x`, and a cell's corner to that of its neighbour."""
    points = cells[..., 5:15].reshape(*cells.shape[:-1], 5, 2)[..., MIRRORED, :].copy()
    is_face = cells[..., 15] > 0
    edge = 1 - 1 / stride
    points[..., 0] = edge - points[..., 0]
    cells[is_face, 1] = edge - cells[is_face, 1]
    cells[is_face, 5:15] = points.reshape(*cells.shape[:-1], 10)[is_face]
    return cells
