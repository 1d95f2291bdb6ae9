"""Our engine against onnxruntime: the same ONNX files, the same input, one thread, turn by turn in one process.

Run by `cargo xtask bench networks`. Times are CPU time; both contenders take planes of float32.
"""

import json
import sys
from pathlib import Path

import numpy
import onnxruntime
from library import Library
from turns import quartiles, row, shown, take_turns

CASES = [
    ("yunet_n_dynamic.onnx", 320, 320),
    ("yunet_n_dynamic.onnx", 480, 640),
    ("yunet_n_dynamic.onnx", 640, 640),
    ("MobileFaceNet.onnx", 112, 112),
]
ROUNDS = 81
# Outputs of the contenders are compared before they are timed.
TOLERANCE = 1e-3


def peer(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def check(ours, theirs, planes, name):
    """The first output of both is the same: a fast engine that is wrong is no use."""
    want = theirs.run(None, {name: planes})[0].ravel()
    have = numpy.zeros(want.size, numpy.float32)
    count = ours(planes, have)
    worst = float(numpy.max(numpy.abs(have - want) / numpy.maximum(1, numpy.abs(want))))
    if count != want.size or worst > TOLERANCE:
        sys.exit(f"outputs differ: {count} values of {want.size}, by {worst}")
    return worst


def main(library, models, report):
    library = Library(library)
    peak = library.peak_gmacs()
    print(f"One core does {peak:.1f} G multiply-adds a second at most: the speed of light below.")
    print(f"onnxruntime {onnxruntime.__version__}, {ROUNDS} rounds, CPU ms: median (quartiles)\n")
    print("| network | input | onnxruntime | ours | ratio | M MACs | ours, of light | largest difference |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for file, height, width in CASES:
        path = Path(models) / file
        theirs = peer(str(path))
        ours, macs = library.session(path.read_bytes(), height, width)
        name = theirs.get_inputs()[0].name
        planes = numpy.random.default_rng(1).random((1, 3, height, width), numpy.float32)
        worst = check(ours, theirs, planes, name)
        output = numpy.zeros(1 << 16, numpy.float32)
        a, b = take_turns([lambda: theirs.run(None, {name: planes}), lambda: ours(planes, output)], ROUNDS)
        rows.append(row(f"{path.stem} {width}×{height}", b, a, 1.0))
        of_light = macs / 1e6 / quartiles(b)[1] / peak
        print(
            f"| {path.stem} | {width}×{height} | {shown(a)} | {shown(b)} | {rows[-1]['ratio']:.2f} "
            f"| {macs / 1e6:.0f} | {of_light:.0%} | {worst:.0e} |",
            flush=True,
        )
    Path(report).write_text(json.dumps({"title": "Native, one thread, against onnxruntime", "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
