"""Faces as rows of 15 numbers, and what YuNet's twelve outputs say of them.

A row is x, y, width, height, five landmarks (image-left eye, image-right eye, nose, image-left and
image-right corner of the mouth) as x and y, and the score, in pixels of the picture.
"""

from pathlib import Path

import cv2
import numpy as np
import onnxruntime

BOX, LANDMARKS, SCORE = slice(0, 4), slice(4, 14), 14
ROW = 15
STRIDES = (8, 16, 32)
SIDE_MULTIPLE_PX = 32
NMS_IOU = 0.3
# Landmark that each becomes in a mirror.
MIRRORED = (1, 0, 2, 4, 3)


class Network:
    """An ONNX detector with YuNet's input and outputs, on one thread."""

    def __init__(self, path: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def levels(self, canvas: np.ndarray) -> list[dict[str, np.ndarray]]:
        """`cls`, `obj` `[h, w]`, `bbox` `[h, w, 4]`, `kps` `[h, w, 10]` of each stride."""
        height, width = canvas.shape[:2]
        parts = ("cls", "obj", "bbox", "kps")
        names = [f"{part}_{stride}" for stride in STRIDES for part in parts]
        pixels = canvas.transpose(2, 0, 1)[None].astype(np.float32)
        outputs = dict(zip(names, self.session.run(names, {"input": pixels})))

        def level(stride: int) -> dict[str, np.ndarray]:
            rows, columns = height // stride, width // stride
            return {
                part: outputs[f"{part}_{stride}"].reshape(rows, columns, -1).squeeze()
                if part in ("bbox", "kps")
                else outputs[f"{part}_{stride}"].reshape(rows, columns)
                for part in parts
            }

        return [level(stride) for stride in STRIDES]

    def look(self, picture: np.ndarray, least_score: float = 0.6) -> np.ndarray:
        """Faces `[n, 15]` of a picture of any size, surest first."""
        canvas = padded(picture)
        levels = self.levels(canvas)
        rows = [decoded(level, s, least_score) for level, s in zip(levels, STRIDES)]
        return suppressed(np.concatenate(rows))


def padded(picture: np.ndarray) -> np.ndarray:
    """Black below and to the right, up to multiples of 32."""
    down, right = (-side % SIDE_MULTIPLE_PX for side in picture.shape[:2])
    return cv2.copyMakeBorder(picture, 0, down, 0, right, cv2.BORDER_CONSTANT)


def score_map(level: dict[str, np.ndarray]) -> np.ndarray:
    """The score of each cell."""
    return np.sqrt(np.clip(level["cls"], 0, 1) * np.clip(level["obj"], 0, 1))


def decoded(level: dict[str, np.ndarray], stride: int, least_score: float) -> np.ndarray:
    """Rows of the cells that are sure enough, overlapping."""
    scores = score_map(level)
    y, x = np.nonzero(scores >= least_score)
    cell = np.stack([x, y], 1).astype(np.float32)
    box, points = level["bbox"][y, x], level["kps"][y, x]
    centre = (cell + box[:, :2]) * stride
    size = np.exp(box[:, 2:]) * stride
    landmarks = (np.tile(cell, 5) + points) * stride
    return np.concatenate([centre - size / 2, size, landmarks, scores[y, x, None]], 1)


def overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one box with each of `boxes`."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:4], boxes[:, :2] + boxes[:, 2:4])
    both = np.clip(high - low, 0, None).prod(1)
    return both / (box[2:4].prod() + boxes[:, 2:4].prod(1) - both + 1e-9)


def suppressed(rows: np.ndarray, iou: float = NMS_IOU) -> np.ndarray:
    """The surest of rows that overlap by more than `iou`, surest first."""
    rows = rows[np.argsort(-rows[:, SCORE], kind="stable")]
    kept = []
    while len(rows):
        kept.append(rows[0])
        rows = rows[1:][overlap(rows[0], rows[1:]) <= iou]
    return np.array(kept).reshape(-1, ROW)


def moved(rows: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Rows after a 2x3 or 3x3 map of the plane.

    A box keeps its shape: it grows as the plane does around its middle and follows its middle. The
    landmarks change their names if the map mirrors.
    """
    if not len(rows):
        return rows
    matrix = np.vstack([matrix, [0, 0, 1]])[:3].astype(np.float64)
    centre = rows[:, :2] + rows[:, 2:4] / 2
    points = mapped(rows[:, LANDMARKS].reshape(-1, 5, 2), matrix)
    right = mapped(centre + [1, 0], matrix) - mapped(centre, matrix)
    down = mapped(centre + [0, 1], matrix) - mapped(centre, matrix)
    area = right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]
    points = np.where(area[:, None, None] < 0, points[:, MIRRORED], points)
    size = rows[:, 2:4] * np.sqrt(np.abs(area))[:, None]
    corner = mapped(centre, matrix) - size / 2
    return np.concatenate([corner, size, points.reshape(-1, 10), rows[:, SCORE:]], 1)


def mapped(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points `[..., 2]` through a 3x3 map."""
    homogeneous = points @ matrix[:, :2].T + matrix[:, 2]
    return homogeneous[..., :2] / homogeneous[..., 2:]


def inter_eye(rows: np.ndarray) -> np.ndarray:
    """Distance of the eyes of each row."""
    points = rows[:, LANDMARKS].reshape(-1, 5, 2)
    return np.linalg.norm(points[:, 0] - points[:, 1], axis=1)
