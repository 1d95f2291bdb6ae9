"""How far the network's three maps are from their targets."""

import torch
from torch.nn import functional as F

BOX_WEIGHT, LANDMARKS_WEIGHT = 2.0, 12.0
# A small face has about as many sure cells as a large one, and there are more small ones.
LEVEL_WEIGHTS = (0.6, 1.2, 2.5)


def flattened(maps: list[torch.Tensor]) -> torch.Tensor:
    """`[n, cells, 16]` of all strides, cells in the order of `targets`."""
    return torch.cat([level.permute(0, 2, 3, 1).flatten(1, 2) for level in maps], 1)


def losses(maps: list[torch.Tensor], targets: torch.Tensor) -> dict[str, torch.Tensor]:
    """Score, box and landmark losses, weighted, each for one face's worth of cells.

    Class and object both learn the teacher's score: the square root of their product is the score,
    and two guesses are better than one.
    """
    given = flattened(maps)
    cells = [level.shape[2] * level.shape[3] for level in maps]
    level = torch.tensor(LEVEL_WEIGHTS).repeat_interleave(torch.tensor(cells))
    score, weight, size = targets[..., 0], targets[..., 15], targets[..., 16]
    faces = score.sum().clamp(min=1.0)
    both = score.unsqueeze(-1).expand(-1, -1, 2)
    entropy = F.binary_cross_entropy(both.clamp(1e-6, 1 - 1e-6), both, reduction="none")
    confidence = F.binary_cross_entropy_with_logits(given[..., :2], both, reduction="none")
    confidence = ((confidence - entropy).sum(-1) * level).sum()
    boxed = weight > 0
    wanted, given, size = targets[boxed][:, 1:15], given[boxed][:, 2:], size[boxed][:, None]
    off = (given - wanted).abs()
    share = (weight * level)[boxed] / weight.sum().clamp(min=1.0)
    box = torch.cat([off[:, :2] / size, off[:, 2:4]], 1).mean(1)
    points = (off[:, 4:] / size).mean(1)
    return {
        "score": confidence / (2 * faces),
        "box": BOX_WEIGHT * (box * share).sum(),
        "landmarks": LANDMARKS_WEIGHT * (points * share).sum(),
    }
