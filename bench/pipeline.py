"""Two 12-megapixel photos to a cosine: our pipeline against the same one of OpenCV and onnxruntime, one thread each.

Run by `cargo xtask bench pipeline`. Both decode the files, shrink by area to a long side of 640, find the face with
YuNet, align it by five points to 112 × 112 and embed it and its mirror image with MobileFaceNet.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy
import onnxruntime
from library import Library
from networks import peer
from turns import row, shown, take_turns

LONG_SIDE = 640
ROUNDS = 21
TEMPLATE = numpy.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], numpy.float32
)
MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], numpy.float32)
# Both see the same faces: their cosines may differ by the rounding of two resamplers.
TOLERANCE = 0.03


class Peer:
    def __init__(self, models):
        self.detector = cv2.FaceDetectorYN.create(str(Path(models, "yunet_n_dynamic.onnx")), "", (320, 320), 0.6, 0.3)
        self.embedder = peer(str(Path(models, "MobileFaceNet.onnx")))
        self.input = self.embedder.get_inputs()[0].name

    def embed(self, file):
        photo = cv2.imdecode(numpy.frombuffer(file, numpy.uint8), cv2.IMREAD_COLOR)
        height, width = photo.shape[:2]
        scale = min(1, LONG_SIDE / max(height, width))
        small = cv2.resize(photo, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
        self.detector.setInputSize((small.shape[1], small.shape[0]))
        faces = self.detector.detect(small)[1]
        face = max(faces, key=lambda face: face[2] * face[3])
        return self.vector(aligned(photo, face[4:14].reshape(5, 2) / scale))

    def vector(self, face):
        rgb = (face[:, :, ::-1] / numpy.float32(255) - MEAN) / DEVIATION
        both = [rgb, rgb[:, ::-1]]
        vectors = [self.embedder.run(None, {self.input: chw(image)})[0].ravel() for image in both]
        mean = (vectors[0] + vectors[1]) / 2
        return mean / numpy.linalg.norm(mean)

    def compare(self, a, b):
        return float(self.embed(a) @ self.embed(b))


def chw(image):
    return numpy.ascontiguousarray(image.transpose(2, 0, 1)[None], numpy.float32)


def aligned(photo, landmarks):
    """As ours does: where the face is much larger than 112 pixels, its part of the photo is shrunk by area first."""
    onto = cv2.estimateAffinePartial2D(landmarks, TEMPLATE, method=cv2.LMEDS)[0]
    scale = float(numpy.hypot(onto[0, 0], onto[0, 1]))
    if scale >= 0.5:
        return cv2.warpAffine(photo, onto, (112, 112))
    low = numpy.maximum(landmarks.min(0) - 80 / scale, 0).astype(int)
    high = (landmarks.max(0) + 80 / scale).astype(int)
    part = photo[low[1] : high[1], low[0] : high[0]]
    small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    onto = cv2.estimateAffinePartial2D(((landmarks - low) * scale).astype(numpy.float32), TEMPLATE)[0]
    return cv2.warpAffine(small, onto, (112, 112))


def twelve_megapixels(path):
    """A sample photo at the size and with the grain of a phone's: without grain a JPEG decodes too easily."""
    photo = cv2.imread(str(path))
    large = cv2.resize(photo, (3000, 4000), interpolation=cv2.INTER_CUBIC).astype(numpy.int16)
    large += numpy.random.default_rng(1).normal(0, 3, large.shape).astype(numpy.int16)
    photo = numpy.clip(large, 0, 255).astype(numpy.uint8)
    return cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def main(library, models, report, first, second):
    cv2.setNumThreads(1)
    ours, theirs = Library(library).pipeline(models), Peer(models)
    a, b = twelve_megapixels(first), twelve_megapixels(second)
    have, want = ours(a, b), theirs.compare(a, b)
    if not abs(have - want) < TOLERANCE:
        sys.exit(f"the cosines differ: {have} and {want}")
    print(f"Two JPEGs of 12 megapixels, {len(a) / 1e6:.1f} and {len(b) / 1e6:.1f} MB; OpenCV {cv2.__version__}, ")
    print(f"onnxruntime {onnxruntime.__version__}, {ROUNDS} rounds, one thread, CPU ms: median (quartiles)\n")
    peers, own = take_turns([lambda: theirs.compare(a, b), lambda: ours(a, b)], ROUNDS)
    decodes = lambda: [cv2.imdecode(numpy.frombuffer(file, numpy.uint8), cv2.IMREAD_COLOR) for file in (a, b)]
    decoding = take_turns([decodes], ROUNDS)[0]
    result = row("two 12 MP photos to a cosine", own, peers, 0.7)
    print("| OpenCV + onnxruntime | of that, decoding | ours | ratio | cosines |\n|---|---|---|---|---|")
    print(f"| {shown(peers)} | {shown(decoding)} | {shown(own)} | {result['ratio']:.2f} | {want:.4f}, {have:.4f} |")
    Path(report).write_text(json.dumps({"title": "Pipeline, one thread, against OpenCV + onnxruntime", "rows": [result]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
