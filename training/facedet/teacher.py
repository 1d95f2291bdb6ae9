"""Labels of a photo: what the teacher says in many looks, averaged."""

import json
from pathlib import Path

import cv2
import numpy as np

from . import faces, photos
from .faces import LANDMARKS, ROW, SCORE

LONG_SIDE_PX = 640
SCALES = (0.7, 0.85, 1.0, 1.2, 1.45)
# Degrees. A tilt to both sides cancels what the teacher gets wrong about tilted faces.
TILTS = (-5.0, 5.0)
# Share of the looks that must find a face, and of two boxes that make them one face.
LEAST_SUPPORT = 0.5
SAME_IOU = 0.4


def consensus(teacher: faces.Network, photo: np.ndarray) -> np.ndarray:
    """Faces `[n, 15]` that at least half of the looks found, the largest first.

    Boxes, landmarks and scores are means over the looks, in pixels of `photo`.
    """
    long_side = max(photo.shape[:2])
    shrink = min(1.0, LONG_SIDE_PX / long_side)
    size = [round(side * shrink) for side in photo.shape[1::-1]]
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA) if shrink < 1 else photo
    to_small = np.diag([size[0] / photo.shape[1], size[1] / photo.shape[0], 1.0])
    views = looks(size)
    found = [look(teacher, small, matrix, side) for matrix, side in views]
    agreed = grouped(found)
    agreed = faces.moved(agreed, np.linalg.inv(to_small))
    return agreed[np.argsort(-agreed[:, 2], kind="stable")]


def looks(size: list[int]) -> list[tuple[np.ndarray, tuple[int, int]]]:
    """Maps of the plane, and the size of what they show: scaled, tilted, each also mirrored."""
    views = []
    for scale, tilt in [(1.0, 0.0), *((scale, tilt) for scale in SCALES for tilt in TILTS)]:
        for mirror in (1.0, -1.0):
            width, height = (round(side * scale) for side in size)
            turned = cv2.getRotationMatrix2D((0, 0), tilt, scale)
            turned[:, 0] *= mirror
            turned[:, 2] = [width / 2, height / 2] - turned[:, :2] @ (np.array(size) / 2)
            views.append((turned, (width, height)))
    return views


def look(
    teacher: faces.Network, photo: np.ndarray, matrix: np.ndarray, size: tuple[int, int]
) -> np.ndarray:
    """Faces of one look, in pixels of `photo`."""
    seen = cv2.warpAffine(photo, matrix, size, flags=cv2.INTER_LINEAR)
    return faces.moved(teacher.look(seen), np.linalg.inv(np.vstack([matrix, [0, 0, 1]])))


def grouped(found: list[np.ndarray]) -> np.ndarray:
    """Means of the faces that enough looks share."""
    numbered = [np.insert(rows, ROW, index, axis=1) for index, rows in enumerate(found)]
    rest = np.concatenate(numbered)
    rest = rest[np.argsort(-rest[:, SCORE], kind="stable")]
    means = []
    while len(rest):
        same = faces.overlap(rest[0], rest) > SAME_IOU
        support = len(np.unique(rest[same, ROW])) / len(found)
        if support >= LEAST_SUPPORT:
            means.append(rest[same, :ROW].mean(0))
        rest = rest[~same]
    return np.array(means).reshape(-1, ROW)


def label_all(teacher: faces.Network, paths: list[Path], cache: Path) -> dict[Path, np.ndarray]:
    """The consensus of every photo; those in the file `cache` are not looked at again."""
    known = json.loads(cache.read_text()) if cache.exists() else {}
    for index, path in enumerate(paths):
        key = "/".join(path.parts[-3:])
        if key not in known:
            known[key] = np.round(consensus(teacher, photos.read(path)), 3).tolist()
        if index % 500 == 499:
            print(f"labels: {index + 1} of {len(paths)}", flush=True)
            cache.write_text(json.dumps(known))
    cache.write_text(json.dumps(known))
    rows = lambda path: np.array(known["/".join(path.parts[-3:])], np.float64).reshape(-1, ROW)
    return {path: rows(path) for path in paths}


def landmark_error(rows: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Mean distance of the landmarks of each row from its truth, over the distance of the eyes."""
    off = (rows[:, LANDMARKS] - truth[:, LANDMARKS]).reshape(-1, 5, 2)
    return np.linalg.norm(off, axis=2).mean(1) / faces.inter_eye(truth)
