"""Batches of composites with their targets, made in a process beside the training."""

from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from . import faces
from .composite import Composer
from .targets import mirrored, targets

# Sides of the pictures, how many make a batch, and how often a batch is of that kind. Small
# pictures hold more faces for each pixel; only the large ones hold faces of 400 pixels.
SIDES_PX = (160, 224, 320, 448)
PICTURES = (20, 10, 5, 3)
SHARES = (0.45, 0.33, 0.15, 0.07)


class Batches(Dataset):
    """Batch `i` of a seed is the same on every machine. Each odd batch mirrors the one before it:
    making a batch takes as long as learning from it.
    """

    def __init__(self, composer: Composer, teacher: Path, seed: int, first: int, steps: int):
        self.composer, self.teacher_path, self.teacher = composer, teacher, None
        self.seed, self.first, self.steps = seed, first, steps
        self.made: tuple[int, np.ndarray, np.ndarray] | None = None

    def __len__(self) -> int:
        return self.steps - self.first

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        if index >= len(self):
            raise IndexError(index)
        # A session does not survive the fork.
        self.teacher = self.teacher or faces.Network(self.teacher_path)
        pair, is_mirrored = divmod(self.first + index, 2)
        if self.made is None or self.made[0] != pair:
            self.made = (pair, *self.batch(pair))
        _, pictures, wanted = self.made
        if is_mirrored:
            pictures, wanted = np.ascontiguousarray(pictures[:, :, ::-1]), mirrored(wanted)
        return torch.from_numpy(pictures), torch.from_numpy(wanted)

    def batch(self, pair: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng([self.seed, pair])
        kind = rng.choice(len(SIDES_PX), p=SHARES)
        made = [self.composer.compose(rng, SIDES_PX[kind]) for _ in range(PICTURES[kind])]
        pictures = np.stack([one.picture for one in made])
        return pictures, np.stack([targets(self.teacher, one) for one in made])


def loader(batches: Batches, workers: int) -> DataLoader:
    """The batches in order, some of them ahead of time."""
    return DataLoader(
        batches,
        batch_size=None,
        num_workers=workers,
        prefetch_factor=6 if workers else None,
        worker_init_fn=lambda _: cv2.setNumThreads(1),
    )
