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
AVERAGE_DECAY = 0.998
LONGEST_GRADIENT = 5.0
PRINT_EVERY, SAVE_EVERY = 50, 500


@dataclass(frozen=True)
class Plan:
    """What a run needs to be told."""

    teacher: Path
    checkpoint: Path
    steps: int
    seed: int
    workers: int


def train(composer: Composer, plan: Plan, exported) -> Detector:
    """Trains from scratch, or goes on from the checkpoint, and gives back the averaged network.

    Calls `exported(network, step)` whenever it saves.
    """
    torch.manual_seed(plan.seed)
    network = Detector().to(memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(grouped(network), lr=PEAK_RATE)
    first = resume(plan, network, average, optimiser)
    batches = Batches(composer, plan.teacher, plan.seed, first, plan.steps)
    seen, began, sums = 0, time.monotonic(), {}
    for step, (pictures, wanted) in enumerate(loader(batches, plan.workers), first + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate(step, plan.steps)
        parts = losses(network(pixels(pictures)), wanted)
        optimiser.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), LONGEST_GRADIENT)
        optimiser.step()
        follow(average, network, step)
        seen += len(pictures)
        for name, part in parts.items():
            sums[name] = sums.get(name, 0.0) + part.item() / PRINT_EVERY
        if step % PRINT_EVERY == 0:
            parts = " ".join(f"{name} {value:.4f}" for name, value in sums.items())
            speed = seen / (time.monotonic() - began)
            print(f"step {step} of {plan.steps}: {parts}, {speed:.1f} pictures/s", flush=True)
            sums = {}
        if step % SAVE_EVERY == 0 or step == plan.steps:
            save(plan, network, average, optimiser, step)
            exported(average, step)
    return average


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


def rate(step: int, steps: int) -> float:
    """Learning rate of a step."""
    done = max(0.0, (step - WARM_UP_STEPS) / max(1, steps - WARM_UP_STEPS))
    cosine = LAST_RATE + (PEAK_RATE - LAST_RATE) * (1 + math.cos(math.pi * done)) / 2
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


def save(plan: Plan, network, average, optimiser, step: int) -> None:
    parts = {"network": network, "average": average, "optimiser": optimiser}
    state = {name: part.state_dict() for name, part in parts.items()}
    partial = plan.checkpoint.with_suffix(".partial")
    torch.save({**state, "step": step, "seed": plan.seed, "steps": plan.steps}, partial)
    partial.replace(plan.checkpoint)


def resume(plan: Plan, network, average, optimiser) -> int:
    """Steps that the checkpoint has behind it; 0 without one of this plan."""
    if not plan.checkpoint.exists():
        return 0
    state = torch.load(plan.checkpoint, weights_only=True)
    if (state["seed"], state["steps"]) != (plan.seed, plan.steps):
        return 0
    for name, part in (("network", network), ("average", average), ("optimiser", optimiser)):
        part.load_state_dict(state[name])
    return state["step"]
