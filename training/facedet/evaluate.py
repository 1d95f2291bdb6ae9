"""The two detectors side by side on photos that training never saw, through one code path."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnx

from . import faces, photos, teacher
from .faces import SCORE

# The packs' settings: least score, score that needs no second look, and the gate of each network.
# Ours lies where it misses as many faces of shrunk training photos (`calibrate.gate`: 0.75 to 0.80).
LEAST, SURE = 0.6, 0.9
GATES = {"yunet": 0.85, "ours": 0.77}
SAME_IOU = 0.5
FIRST = (640, 0)
# Long side and quarter turns of the looks after a first one without a sure face.
FURTHER = ((1280, 0), (640, 1), (640, 3), (640, 2))
# How far ours may be behind: points of recall, and times the teacher's landmark error.
MOST_RECALL_LOST, MOST_ERROR_RATIO = 0.5, 1.1


@dataclass(frozen=True)
class Case:
    """A photo and the faces that must be found in it."""

    path: Path
    truth: np.ndarray


def look(network: faces.Network, photo: np.ndarray, view: tuple[int, int], least: float = LEAST):
    """Faces of one look, in pixels of the photo; as `Detector::look` of `core/vision`."""
    long_side, turns = view
    height, width = photo.shape[:2]
    factor = min(1.0, long_side / max(height, width))
    size = (round(width * factor), round(height * factor))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA) if factor < 1 else photo
    found = network.look(np.ascontiguousarray(np.rot90(small, turns)), least)
    back = np.diag([width / size[0], height / size[1], 1.0]) @ unturned(size, turns)
    return faces.moved(found, back)


def unturned(size: tuple[int, int], turns: int) -> np.ndarray:
    """Map from a picture turned by quarters, as `rot90` does, back to one of `size`."""
    width, height = size
    return {
        0: np.eye(3),
        1: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1.0]]),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1.0]]),
        3: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1.0]]),
    }[turns]


def detect(network: faces.Network, photo: np.ndarray) -> np.ndarray:
    """Faces after all looks that it takes; as `Detector::detect` of `core/vision`."""
    best = {False: np.zeros((0, faces.ROW)), True: np.zeros((0, faces.ROW))}
    for view in (FIRST, *FURTHER):
        if view[0] > FIRST[0] and max(photo.shape[:2]) <= FIRST[0]:
            continue
        found = look(network, photo, view)
        if top(found) >= SURE:
            return found
        is_turned = view[1] != 0
        if top(found) > top(best[is_turned]):
            best[is_turned] = found
    if not len(best[False]):
        return best[True]
    return best[False] if top(best[False]) >= top(best[True]) else np.zeros((0, faces.ROW))


def top(rows: np.ndarray) -> float:
    return float(rows[0, SCORE]) if len(rows) else 0.0


def matched(rows: np.ndarray, truth: np.ndarray) -> list[np.ndarray | None]:
    """For each true face the surest row that overlaps it by half."""
    hits = [rows[faces.overlap(row, rows) >= SAME_IOU] for row in truth]
    return [hit[0] if len(hit) else None for hit in hits]


def on_faces(networks: dict[str, faces.Network], cases: list[Case]) -> dict:
    """Recall at the three scores, and landmark errors of faces that all networks found."""
    scores = {name: [] for name in networks}
    errors = {name: [] for name in networks}
    for case in cases:
        photo = photos.read(case.path)
        firsts = {}
        for name, network in networks.items():
            hits = matched(detect(network, photo), case.truth)
            scores[name] += [0.0 if hit is None else hit[SCORE] for hit in hits]
            firsts[name] = matched(look(network, photo, FIRST), case.truth)
        for index, truth in enumerate(case.truth):
            hits = {name: found[index] for name, found in firsts.items()}
            if all(hit is not None for hit in hits.values()):
                for name, hit in hits.items():
                    errors[name] += teacher.landmark_error(hit[None], truth[None]).tolist()
    return {name: figures(scores[name], errors[name], GATES[name]) for name in networks}


def figures(scores: list[float], errors: list[float], gate: float) -> dict:
    looked_at = {"0.6": LEAST, "the gate": gate, "0.9": SURE}
    recall = {title: percent(np.array(scores) >= at) for title, at in looked_at.items()}
    error = {
        "faces": len(errors),
        "mean": round(float(np.mean(errors)) * 100, 2),
        "median": round(float(np.median(errors)) * 100, 2),
        "p95": round(float(np.quantile(errors, 0.95)) * 100, 2),
    }
    return {"faces": len(scores), "recall": recall, "landmark_error_percent": error}


def percent(hits: np.ndarray) -> float:
    return round(float(np.mean(hits)) * 100, 2)


def on_empty(networks: dict[str, faces.Network], paths: list[Path]) -> dict:
    """Photos without a face in which the pipeline sees one, and the highest score over all looks."""
    result = {}
    for name, network in networks.items():
        highest, at_gate = {}, 0
        for path in paths:
            photo = photos.read(path)
            found = [top(look(network, photo, view, 0.05)) for view in (FIRST, *FURTHER)]
            highest[path.name] = round(max(found), 3)
            at_gate += top(detect(network, photo)) >= GATES[name]
        result[name] = {"photos": len(paths), "at_gate": at_gate, "highest": highest}
    return result


def compare(data: Path, teacher_path: Path, ours: Path, out: Path, nth_card: int = 1) -> dict:
    """All figures, and whether they are within the limits."""
    networks = {"yunet": faces.Network(teacher_path), "ours": faces.Network(ours)}
    found = photos.find(data)
    cards = found.cards[::nth_card]
    every = [*found.held_out, *cards, *found.pictured]
    labels = teacher.label_all(networks["yunet"], every, out / "labels-evaluation.json")
    main = lambda paths: [Case(path, labels[path][:1]) for path in paths]
    sets = {
        "photos": [Case(path, labels[path]) for path in found.pictured],
        "idcards-dev": main(cards),
        "lfw held out": main(found.held_out),
    }
    result = {"cost": {"yunet": cost(teacher_path), "ours": cost(ours)}}
    result |= {name: on_faces(networks, cases) for name, cases in sets.items()}
    result["limits"] = {name: within_limits(result[name]) for name in sets}
    result["no-face"] = on_empty(networks, found.empty)
    result["limits"]["no-face"] = result["no-face"]["ours"]["at_gate"] == 0
    return result


def within_limits(both: dict) -> dict:
    yunet, ours = both["yunet"], both["ours"]
    lost = yunet["recall"]["the gate"] - ours["recall"]["the gate"]
    mean = "landmark_error_percent", "mean"
    ratio = ours[mean[0]][mean[1]] / yunet[mean[0]][mean[1]]
    return {
        "recall_lost_points": round(lost, 2),
        "recall": lost <= MOST_RECALL_LOST,
        "landmark_error_ratio": round(ratio, 3),
        "landmarks": ratio <= MOST_ERROR_RATIO,
    }


def cost(path: Path) -> dict:
    """Parameters, and multiply-adds of the convolutions for 320 by 320 pixels, in millions."""
    graph = onnx.load(str(path)).graph
    shapes = {one.name: list(one.dims) for one in graph.initializer}
    sides, total, parameters = {"input": 320.0}, 0.0, 0
    for node in graph.node:
        side = sides.get(node.input[0], 0.0)
        if node.op_type == "Conv":
            strides = next(one.ints for one in node.attribute if one.name == "strides")
            side /= strides[0]
            total += side * side * np.prod(shapes[node.input[1]])
            parameters += sum(int(np.prod(shapes[name])) for name in node.input[1:])
        elif node.op_type in ("MaxPool", "Resize"):
            side *= 0.5 if node.op_type == "MaxPool" else 2
        sides[node.output[0]] = side
    return {"parameters": parameters, "multiply_adds_320": round(total / 1e6, 1)}


def table(result: dict) -> str:
    """The figures as Markdown."""
    lines = ["| set | faces | figure | YuNet | ours |", "|---|---|---|---|---|"]
    for name in ("photos", "idcards-dev", "lfw held out"):
        yunet, ours = result[name]["yunet"], result[name]["ours"]
        for at in ours["recall"]:
            pair = [one["recall"][at] for one in (yunet, ours)]
            lines.append(f"| {name} | {ours['faces']} | recall at {at}, % | {pair[0]} | {pair[1]} |")
        errors = [one["landmark_error_percent"] for one in (yunet, ours)]
        for part in ("mean", "median", "p95"):
            pair = [one[part] for one in errors]
            title = f"landmark error, {part}, % of eye distance"
            lines.append(f"| {name} | {errors[0]['faces']} | {title} | {pair[0]} | {pair[1]} |")
    empty = result["no-face"]
    for title, value in (
        ("false positives at the gate", lambda one: one["at_gate"]),
        ("highest score", lambda one: max(one["highest"].values())),
    ):
        pair = [value(empty[name]) for name in ("yunet", "ours")]
        lines.append(f"| no-face | 13 photos | {title} | {pair[0]} | {pair[1]} |")
    for title, key in (
        ("parameters", "parameters"),
        ("multiply-adds at 320x320, millions", "multiply_adds_320"),
    ):
        pair = [result["cost"][name][key] for name in ("yunet", "ours")]
        lines.append(f"| | | {title} | {pair[0]} | {pair[1]} |")
    return "\n".join(lines)


def report(data: Path, teacher_path: Path, ours: Path, out: Path, nth_card: int = 1) -> None:
    """Prints the table and writes it and the JSON to `out`."""
    result = compare(data, teacher_path, ours, out, nth_card)
    (out / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "evaluation.md").write_text(table(result) + "\n")
    print(table(result))
    print(json.dumps(result["limits"], indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(prog="facedet.evaluate", description=__doc__)
    for name in ("data", "teacher", "ours", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--nth-card", type=int, default=1, help="only every n-th card, to save time")
    options = parser.parse_args()
    report(options.data, options.teacher, options.ours, options.out, options.nth_card)


if __name__ == "__main__":
    main()
