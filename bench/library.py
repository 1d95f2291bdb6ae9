"""The cdylib of bench/ffi: our engine and our pipeline, to be called beside their peers."""

import ctypes
import sys
from pathlib import Path

size = ctypes.c_size_t


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(path)
        self.c.facematch_open.restype = ctypes.c_void_p
        self.c.facematch_run.restype = size
        self.c.facematch_macs.restype = ctypes.c_uint64
        self.c.facematch_peak_gmacs.restype = ctypes.c_double
        self.c.facematch_pipeline_open.restype = ctypes.c_void_p
        self.c.facematch_compare.restype = ctypes.c_float

    def session(self, onnx, height, width):
        """A network planned for one size, on the fastest backend: run(planes, output), and its multiply-adds."""
        best = self.c.facematch_backends() - 1
        session = self.c.facematch_open(onnx, size(len(onnx)), size(best), size(height), size(width))
        if not session:
            sys.exit("our engine cannot plan this network")
        session = ctypes.c_void_p(session)

        def run(planes, output, index=0):
            values = planes.ctypes.data_as(ctypes.c_void_p)
            to = output.ctypes.data_as(ctypes.c_void_p)
            return self.c.facematch_run(session, values, size(planes.size), size(index), to, size(output.size))

        return run, self.c.facematch_macs(session)

    def pipeline(self, models):
        """The standard pack: compare(file, file) gives a cosine, or NaN."""
        detector = Path(models, "yunet_n_dynamic.onnx").read_bytes()
        embedder = Path(models, "MobileFaceNet.onnx").read_bytes()
        pipeline = self.c.facematch_pipeline_open(detector, size(len(detector)), embedder, size(len(embedder)))
        if not pipeline:
            sys.exit("our pipeline cannot load its networks")
        pipeline = ctypes.c_void_p(pipeline)
        return lambda a, b: self.c.facematch_compare(pipeline, a, size(len(a)), b, size(len(b)))

    def peak_gmacs(self):
        """Billions of multiply-adds a second that one core can do."""
        return max(self.c.facematch_peak_gmacs() for _ in range(3))
