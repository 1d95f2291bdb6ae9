"""From the data folder to the ONNX file and its figures: `python -m facedet --help`."""

import argparse
from pathlib import Path

import cv2
import torch

from . import calibrate, evaluate, export, faces, photos, teacher
from .composite import Composer, Source
from .train import Plan, train


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="facedet", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with lfw-dev, photos, …")
    parser.add_argument("--teacher", type=Path, required=True, help="yunet_n_dynamic.onnx")
    parser.add_argument("--out", type=Path, required=True, help="labels, checkpoint and result")
    parser.add_argument("--steps", type=int, default=45_000)
    parser.add_argument("--minutes", type=float, default=110, help="the most that training takes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="of the training itself")
    parser.add_argument("--workers", type=int, default=1, help="processes that make pictures")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    found = photos.find(options.data)
    network = faces.Network(options.teacher)
    labels = teacher.label_all(network, found.train, options.out / "labels-train.json")
    composer = Composer([Source(photos.read(path), rows) for path, rows in labels.items()])
    plan = Plan(
        options.teacher, options.out / "checkpoint.pt", options.steps, options.minutes,
        options.seed, options.workers,
    )  # fmt: skip
    rough = options.out / "uncalibrated.onnx"
    trained = train(composer, plan, lambda average: export.export(average, rough))
    calibration = calibrate.calibration(composer, network, faces.Network(rough), options.seed)
    result = options.out / "facematch_det.onnx"
    export.export(trained, result, calibration)
    calibrate.gate(composer.sources, network, faces.Network(result), options.seed)
    evaluate.report(options.data, options.teacher, result, options.out)


if __name__ == "__main__":
    main()
