"""The training loop: AdamW, a warm-up and a cosine, a moving average of the weights."""

import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from .batches import Batches, loader
from .composite import Composer
from .losses import losses
from .network import Detector

PEAK_RATE, LAST_RATE, WARM_UP_STEPS = 4e-3, 2e-5, 200
WEIGHT_DECAY = 0.01
BETAS = (0.9, 0.99)
AVERAGE_DECAY = 0.998
LONGEST_GRADIENT = 5.0
PRINT_EVERY, SAVE_EVERY = 100, 500


@dataclass(frozen=True)
class Plan:
    """What a run needs to be told."""

    teacher: Path
    checkpoint: Path
    steps: int
    # The schedule ends after so long even if the steps are not done.
    minutes: float
    seed: int
    workers: int


@dataclass
class Progress:
    """How far a run is: by steps or by time, whichever is further."""

    plan: Plan
    step: int = 0
    minutes_before: float = 0.0

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    def minutes(self) -> float:
        return self.minutes_before + (time.monotonic() - self.began) / 60

    def share(self) -> float:
        return min(1.0, max(self.step / self.plan.steps, self.minutes() / self.plan.minutes))


def train(composer: Composer, plan: Plan, exported) -> Detector:
    """Trains from scratch, or goes on from the checkpoint, and gives back the averaged network.

    Calls `exported(network)` whenever it saves.
    """
    torch.manual_seed(plan.seed)
    network = Detector().to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(grouped(network), lr=PEAK_RATE, betas=BETAS)
    progress = resume(plan, network, average, optimiser)
    batches = Batches(composer, plan.teacher, plan.seed, progress.step, plan.steps)
    meter = Meter()
    for pictures, wanted in loader(batches, plan.workers):
        progress.step += 1
        share = progress.share()
        for group in optimiser.param_groups:
            group["lr"] = rate(progress.step, share)
        parts = losses(network(pixels(pictures)), wanted)
        optimiser.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), LONGEST_GRADIENT)
        optimiser.step()
        follow(average, network, progress.step)
        meter.count(len(pictures), parts)
        if progress.step % PRINT_EVERY == 0:
            print(f"step {progress.step} ({share:.1%}): {meter.read()}", flush=True)
        if progress.step % SAVE_EVERY == 0 or share >= 1:
            save(plan, network, average, optimiser, progress)
            exported(average)
        if share >= 1:
            break
    return average


class Meter:
    """Means since it was last read."""

    def __init__(self):
        self.began, self.steps, self.pictures, self.sums = time.monotonic(), 0, 0, {}

    def count(self, pictures: int, parts: dict[str, torch.Tensor]) -> None:
        self.steps += 1
        self.pictures += pictures
        for name, part in parts.items():
            self.sums[name] = self.sums.get(name, 0.0) + part.item()

    def read(self) -> str:
        speed = self.pictures / (time.monotonic() - self.began)
        parts = [f"{name} {value / self.steps:.4f}" for name, value in self.sums.items()]
        self.__init__()
        return f"{', '.join(parts)}, {speed:.1f} pictures/s"


def pixels(pictures: torch.Tensor) -> torch.Tensor:
    """Bytes `[n, h, w, 3]` as floats `[n, 3, h, w]`; in memory nothing moves."""
    return pictures.permute(0, 3, 1, 2).float()


def grouped(network: Detector) -> list[dict]:
    """Weights of convolutions decay; norms and biases do not."""
    all_of = list(network.parameters())
    return [
        {"params": [one for one in all_of if one.dim() > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [one for one in all_of if one.dim() <= 1], "weight_decay": 0.0},
    ]


def rate(step: int, share: float) -> float:
    """Learning rate of a step, when this share of the run is over."""
    cosine = LAST_RATE + (PEAK_RATE - LAST_RATE) * (1 + math.cos(math.pi * share)) / 2
    return cosine * min(1.0, step / WARM_UP_STEPS)


@torch.no_grad()
def follow(average: Detector, network: Detector, step: int) -> None:
    """Moves the average a little towards the network; faster while it is young."""
    decay = min(AVERAGE_DECAY, (1 + step) / (10 + step))
    for old, new in zip(average.state_dict().values(), network.state_dict().values()):
        if old.dtype.is_floating_point:
            old.lerp_(new, 1 - decay)
        else:
            old.copy_(new)


def save(plan: Plan, network, average, optimiser, progress: Progress) -> None:
    parts = {"network": network, "average": average, "optimiser": optimiser}
    state = {name: part.state_dict() for name, part in parts.items()}
    state |= {"step": progress.step, "minutes": progress.minutes(), "seed": plan.seed}
    partial = plan.checkpoint.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(plan.checkpoint)


def resume(plan: Plan, network, average, optimiser) -> Progress:
    """Takes up the checkpoint; from the beginning without one of this seed."""
    if not plan.checkpoint.exists():
        return Progress(plan)
    state = torch.load(plan.checkpoint, weights_only=True)
    if state["seed"] != plan.seed:
        return Progress(plan)
    for name, part in (("network", network), ("average", average), ("optimiser", optimiser)):
        part.load_state_dict(state[name])
    return Progress(plan, state["step"], state["minutes"])
