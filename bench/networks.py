"""Our engine against onnxruntime: the same ONNX files, the same input, one thread, turn by turn in one process.

Run by `cargo xtask bench networks`. Times are CPU time; both contenders take planes of float32.
"""

import ctypes
import sys
import time
from pathlib import Path

import numpy
import onnxruntime

CASES = [
    ("yunet_n_dynamic.onnx", 320, 320),
    ("yunet_n_dynamic.onnx", 480, 640),
    ("yunet_n_dynamic.onnx", 640, 640),
    ("MobileFaceNet.onnx", 112, 112),
]
ROUNDS = 81
# Outputs of the contenders are compared before they are timed.
TOLERANCE = 1e-3


class Engine:
    """The cdylib of bench/ffi."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.facematch_open.restype = ctypes.c_void_p
        self.library.facematch_run.restype = ctypes.c_size_t

    def open(self, onnx, height, width):
        size = ctypes.c_size_t
        best = self.library.facematch_backends() - 1
        session = self.library.facematch_open(onnx, size(len(onnx)), size(best), size(height), size(width))
        if not session:
            sys.exit("our engine cannot plan this network")
        session = ctypes.c_void_p(session)

        def run(planes, output, index=0):
            values = planes.ctypes.data_as(ctypes.c_void_p)
            to = output.ctypes.data_as(ctypes.c_void_p)
            return self.library.facematch_run(session, values, size(planes.size), size(index), to, size(output.size))

        return run


def peer(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def cpu_ms(run):
    start = time.process_time_ns()
    run()
    return (time.process_time_ns() - start) / 1e6


def check(ours, theirs, planes, name):
    """The first output of both is the same: a fast engine that is wrong is no use."""
    want = theirs.run(None, {name: planes})[0].ravel()
    have = numpy.zeros(want.size, numpy.float32)
    count = ours(planes, have)
    worst = float(numpy.max(numpy.abs(have - want) / numpy.maximum(1, numpy.abs(want))))
    if count != want.size or worst > TOLERANCE:
        sys.exit(f"outputs differ: {count} values of {want.size}, by {worst}")
    return worst


def quartiles(times):
    times = sorted(times)
    return [times[len(times) * part // 4] for part in (1, 2, 3)]


def main(library, models):
    engine = Engine(library)
    print(f"onnxruntime {onnxruntime.__version__}, {ROUNDS} rounds, CPU ms: median (quartiles)\n")
    print("| network | input | onnxruntime | ours | ratio | largest difference |")
    print("|---|---|---|---|---|---|")
    for file, height, width in CASES:
        path = Path(models) / file
        theirs, ours = peer(str(path)), engine.open(path.read_bytes(), height, width)
        name = theirs.get_inputs()[0].name
        planes = numpy.random.default_rng(1).random((1, 3, height, width), numpy.float32)
        worst = check(ours, theirs, planes, name)
        output = numpy.zeros(1 << 16, numpy.float32)
        contenders = [lambda: theirs.run(None, {name: planes}), lambda: ours(planes, output)]
        times = [[], []]
        for round_ in range(ROUNDS + 3):
            for contender, kept in zip(contenders, times):
                spent = cpu_ms(contender)
                if round_ >= 3:
                    kept.append(spent)
        (a, b, c), (d, e, f) = map(quartiles, times)
        print(
            f"| {path.stem} | {width}×{height} | {b:.2f} ({a:.2f}–{c:.2f}) | {e:.2f} ({d:.2f}–{f:.2f}) "
            f"| {e / b:.2f} | {worst:.0e} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
