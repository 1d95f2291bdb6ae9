"""Training pictures made of labelled photos, with the labels moved along."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import cards, degrade, faces, textures
from .faces import LANDMARKS

Rng = np.random.Generator
LEAST_FACE_PX, MOST_FACE_PX = 14.0, 420.0
# A face of which more than this is covered or cut off has no label.
MOST_HIDDEN = 0.25


@dataclass(frozen=True)
class Source:
    """A photo and its faces, the largest first."""

    photo: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True)
class Composite:
    """A picture; `rows` are its faces. `is_empty` where it has none at all."""

    picture: np.ndarray
    rows: np.ndarray
    is_empty: bool


class Composer:
    """Makes pictures of labelled photos."""

    def __init__(self, sources: list[Source]):
        self.sources = [source for source in sources if len(source.rows)]

    def compose(self, rng: Rng, side_px: int) -> Composite:
        """A square picture of a random kind."""
        kind = rng.choice(4, p=[0.5, 0.18, 0.2, 0.12])
        made = (self.close, self.mosaic, self.card, self.empty)[kind](rng, side_px)
        picture = degrade.degraded(rng, made.picture)
        return Composite(np.ascontiguousarray(picture), made.rows, made.is_empty)

    def close(self, rng: Rng, side_px: int) -> Composite:
        """One photo, its face at any size and place, on a background."""
        most = min(MOST_FACE_PX, side_px * 1.05)
        height = np.exp(rng.uniform(np.log(side_px * 0.25), np.log(most)))
        canvas = Canvas(self.background(rng, side_px))
        room = max(0.0, side_px - height * 0.9) / 2
        centre = side_px / 2 + rng.uniform(-room, room, 2)
        canvas.paste(rng, self.pick(rng), centre, height, tilt(rng))
        return canvas.finished(rng)

    def mosaic(self, rng: Rng, side_px: int) -> Composite:
        """Several photos, beside and over each other."""
        canvas = Canvas(self.background(rng, side_px))
        most = side_px * 0.35
        for _ in range(rng.integers(2, 9)):
            height = np.exp(rng.uniform(np.log(LEAST_FACE_PX), np.log(most)))
            centre = rng.uniform(height / 2, side_px - height / 2, 2)
            canvas.paste(rng, self.pick(rng), centre, height, tilt(rng))
        return canvas.finished(rng)

    def card(self, rng: Rng, side_px: int) -> Composite:
        """A card with a portrait, from an angle, on a table or filling the picture."""
        source = self.pick(rng)
        picture, rows = cards.card(rng, source.photo, source.rows)
        height = np.exp(rng.uniform(np.log(30), np.log(side_px * 0.65)))
        scale = height / rows[0, 3]
        turn = np.radians(tilt(rng))
        turned = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        middle = rows[0, :2] + rows[0, 2:4] / 2
        room = max(0.0, side_px / 2 - height * 0.6)
        place = side_px / 2 + rng.uniform(-room, room, 2)
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * cards.CARD_PX[::-1]
        seen = (corners - middle) @ turned.T + place
        seen = seen + rng.normal(0, 0.035, (4, 2)) * cards.CARD_PX[0] * scale
        matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
        canvas = Canvas(self.background(rng, side_px))
        canvas.warp(picture, np.full(cards.CARD_PX, 255, np.uint8), rows, matrix)
        return canvas.finished(rng)

    def empty(self, rng: Rng, side_px: int) -> Composite:
        """No face: textures, writing, and pieces of photos beside the face."""
        picture = self.background(rng, side_px)
        for _ in range(rng.integers(0, 5)):
            size = rng.integers(side_px // 6, side_px, 2)
            y, x = (int(rng.integers(0, side_px - side + 1)) for side in size)
            piece = textures.background(rng, tuple(size), self.scrap(rng))
            picture[y : y + size[0], x : x + size[1]] = piece
        if rng.random() < 0.3:
            step = int(rng.uniform(9, 40))
            textures.write(rng, picture, (5, step), step, side_px // step)
        return Composite(picture, np.zeros((0, faces.ROW)), True)

    def pick(self, rng: Rng) -> Source:
        return self.sources[rng.integers(len(self.sources))]

    def background(self, rng: Rng, side_px: int) -> np.ndarray:
        return textures.background(rng, (side_px, side_px), self.scrap(rng)).copy()

    def scrap(self, rng: Rng) -> np.ndarray:
        """A piece of a photo that touches no face: left, right, above or below all of them."""
        source = self.pick(rng)
        height, width = source.photo.shape[:2]
        low = source.rows[:, :2].min(0) - 4
        high = (source.rows[:, :2] + source.rows[:, 2:4]).max(0) + 4
        pieces = [
            source.photo[:, : max(0, int(low[0]))],
            source.photo[:, int(min(width, high[0])) :],
            source.photo[: max(0, int(low[1]))],
            source.photo[int(min(height, high[1])) :],
        ]
        pieces = [piece for piece in pieces if min(piece.shape[:2]) >= 24]
        if not pieces:
            return np.full((32, 32, 3), textures.colour(rng), np.uint8)
        piece = pieces[rng.integers(len(pieces))]
        return np.rot90(piece, rng.integers(0, 4)) if rng.random() < 0.5 else piece


class Canvas:
    """A picture in the making."""

    def __init__(self, picture: np.ndarray):
        self.picture = picture
        self.rows = np.zeros((0, faces.ROW))
        # What lies on top at each pixel: the number of the paste.
        self.top = np.zeros(picture.shape[:2], np.int32)
        self.owners: list[int] = []
        self.pastes = 0

    def paste(
        self, rng: Rng, source: Source, centre: np.ndarray, height: float, degrees: float
    ) -> None:
        """A photo whose main face gets this centre, height and tilt."""
        row = source.rows[0]
        scale = height / row[3]
        turn = np.radians(degrees)
        stretch = np.exp(rng.normal(0, 0.04))
        matrix = np.eye(3)
        matrix[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
        matrix[:2, :2] = matrix[:2, :2] @ np.diag([rng.choice([-1, 1]) * stretch, 1]) * scale
        matrix[:2, 2] = centre - matrix[:2, :2] @ (row[:2] + row[2:4] / 2)
        photo, mask = source.photo, shape(rng, source)
        if scale < 0.5:
            photo, shrink = area_shrunk(photo, scale)
            mask = cv2.resize(mask, photo.shape[1::-1])
            self.warp(photo, mask, faces.moved(source.rows, shrink), matrix @ np.linalg.inv(shrink))
        else:
            self.warp(photo, mask, source.rows, matrix)

    def warp(
        self, photo: np.ndarray, mask: np.ndarray, rows: np.ndarray, matrix: np.ndarray
    ) -> None:
        """Lays `photo` through a 3x3 map over what is there, as far as the mask goes."""
        self.pastes += 1
        height, width = photo.shape[:2]
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
        corners = faces.mapped(corners.astype(float), matrix)
        side = self.picture.shape[0]
        low = np.clip(np.floor(corners.min(0)) - 1, 0, side - 1).astype(int)
        high = np.clip(np.ceil(corners.max(0)) + 1, low + 1, side).astype(int)
        spot = (slice(low[1], high[1]), slice(low[0], high[0]))
        here = np.array([[1.0, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ matrix
        size = tuple(int(v) for v in high - low)
        seen = cv2.warpPerspective(photo, here, size, borderMode=cv2.BORDER_REPLICATE)
        cover = cv2.warpPerspective(mask, here, size)
        share = cover[..., None].astype(np.uint16)
        self.picture[spot] = (seen * share + self.picture[spot] * (255 - share) + 127) // 255
        self.top[spot][cover > 128] = self.pastes
        self.rows = np.concatenate([self.rows, faces.moved(rows, matrix)])
        self.owners += [self.pastes] * len(rows)

    def finished(self, rng: Rng) -> Composite:
        """The picture and the faces that are still to be seen, some behind something."""
        shown = [self.is_shown(row, own) for row, own in zip(self.rows, self.owners)]
        rows = self.rows[np.array(shown, bool)]
        for row in rows:
            if rng.random() < 0.08:
                occlude(rng, self.picture, row)
        return Composite(self.picture, rows, False)

    def is_shown(self, row: np.ndarray, owner: int) -> bool:
        x, y, width, height = row[:4]
        side = self.top.shape[0]
        y0, y1, x0, x1 = (int(np.clip(v, 0, side)) for v in (y, y + height, x, x + width))
        own = (self.top[y0:y1, x0:x1] == owner).sum()
        return own >= (1 - MOST_HIDDEN) * width * height


def tilt(rng: Rng) -> float:
    """Degrees: small mostly, up to 45 sometimes, on its head or side seldom."""
    kind = rng.random()
    if kind < 0.87:
        return float(np.clip(rng.normal(0, 9), -30, 30))
    if kind < 0.97:
        return float(rng.uniform(-45, 45))
    return float(rng.choice([90, 180, 270]) + rng.normal(0, 10))


def shape(rng: Rng, source: Source) -> np.ndarray:
    """What of a photo is pasted: all of it, or an oval with the head, soft or hard."""
    mask = np.full(source.photo.shape[:2], 255, np.uint8)
    if rng.random() < 0.65:
        return mask
    mask[:] = 0
    x, y, width, height = source.rows[0, :4]
    centre = (int(x + width / 2), int(y + height * 0.47))
    reach = rng.uniform(0.75, 1.2)
    cv2.ellipse(mask, centre, (int(width * reach), int(height * reach)), 0, 0, 360, 255, -1)
    return cv2.blur(mask, (15, 15)) if rng.random() < 0.7 else mask


def area_shrunk(photo: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """The photo near the size at which it will be seen, and the map to it."""
    height, width = photo.shape[:2]
    size = (max(8, round(width * scale * 1.3)), max(8, round(height * scale * 1.3)))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    return small, np.diag([size[0] / width, size[1] / height, 1.0])


def occlude(rng: Rng, picture: np.ndarray, row: np.ndarray) -> None:
    """A mask, dark glasses or a hand's worth of something over a part of the face."""
    points = row[LANDMARKS].reshape(5, 2)
    span = np.linalg.norm(points[0] - points[1])
    ink = [int(v) for v in textures.colour(rng)]
    kind = rng.integers(0, 3)
    if kind == 0:
        low = (points[3] + points[4]) / 2
        axes = (max(1, int(span * 0.85)), max(1, int(span * 0.6)))
        cv2.ellipse(picture, [int(v) for v in low], axes, 0, 0, 360, ink, -1, cv2.LINE_AA)
    elif kind == 1:
        for eye in points[:2]:
            radius = max(1, int(span * rng.uniform(0.25, 0.4)))
            cv2.circle(picture, [int(v) for v in eye], radius, ink, -1, cv2.LINE_AA)
    else:
        at = row[:2] + rng.uniform(0, 1, 2) * row[2:4]
        reach = row[2:4] * rng.uniform(0.15, 0.4, 2) / 2
        low, high = ([int(v) for v in at - reach], [int(v) for v in at + reach])
        cv2.rectangle(picture, low, high, ink, -1)
