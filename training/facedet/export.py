"""Writing the network as ONNX, with YuNet's names and only what `core/nn-compile` knows."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .network import HEAD_PARTS, STRIDES, Block, Detector

OPSET, IR_VERSION = 11, 6


@dataclass(frozen=True)
class Calibration:
    """What is done to the logit of the score: `scale * logit + offset`."""

    scale: float = 1.0
    offset: float = 0.0


@dataclass
class Graph:
    """Nodes and weights so far."""

    nodes: list = field(default_factory=list)
    weights: list = field(default_factory=list)

    def node(self, op: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name: str, value: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def conv(self, x: str, name: str, weight, bias, stride: int = 1, groups: int = 1) -> str:
        side = weight.shape[-1]
        inputs = [x, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)]
        return self.node(
            "Conv", inputs, name, kernel_shape=[side, side], pads=[side // 2] * 4,
            strides=[stride, stride], dilations=[1, 1], group=groups,
        )  # fmt: skip

    def block(self, x: str, name: str, block: Block) -> str:
        depthwise, pointwise = block.depthwise, block.pointwise
        weight, bias = depthwise.weight.detach().numpy(), np.zeros(depthwise.groups, np.float32)
        y = self.conv(x, f"{name}.depthwise", weight, bias, depthwise.stride[0], depthwise.groups)
        y = self.conv(y, f"{name}.pointwise", *folded(pointwise, block.norm))
        if block.has_residual:
            y = self.node("Add", [x, y], f"{name}.sum")
        return self.node("Relu", [y], f"{name}.relu")

    def blocks(self, x: str, name: str, blocks) -> str:
        for index, block in enumerate(blocks):
            x = self.block(x, f"{name}.{index}", block)
        return x

    def upsampled_sum(self, x: str, small: str, name: str) -> str:
        large = self.node(
            "Resize", [small, "no_roi", "twice"], f"{name}.up", mode="nearest",
            coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        )  # fmt: skip
        return self.node("Add", [x, large], f"{name}.sum")

    def head(self, x: str, stride: int, head, calibration: Calibration) -> None:
        """The four outputs of a stride."""
        begin = 0
        pointwise = weights_of(head.pointwise)
        depthwise = weights_of(head.depthwise)
        for part, channels in HEAD_PARTS:
            own = slice(begin, begin + channels)
            begin += channels
            (weight, bias), (window, shift) = ([v[own] for v in w] for w in (pointwise, depthwise))
            is_score = part in ("cls", "obj")
            if is_score:
                window = window * np.float32(calibration.scale)
                shift = shift * np.float32(calibration.scale) + np.float32(calibration.offset)
            y = self.conv(x, f"{part}_{stride}.pointwise", weight, bias)
            y = self.conv(y, f"{part}_{stride}.depthwise", window, shift, groups=channels)
            y = self.node("Transpose", [y], f"{part}_{stride}.last", perm=[0, 2, 3, 1])
            rows = self.constant(f"{part}_{stride}.rows", np.array([0, -1, channels], np.int64))
            flat = f"{part}_{stride}" if not is_score else f"{part}_{stride}.flat"
            y = self.node("Reshape", [y, rows], flat)
            if is_score:
                self.node("Sigmoid", [y], f"{part}_{stride}")


def weights_of(conv: torch.nn.Conv2d) -> tuple[np.ndarray, np.ndarray]:
    return conv.weight.detach().numpy(), conv.bias.detach().numpy()


def folded(conv: torch.nn.Conv2d, norm: torch.nn.BatchNorm2d) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of a convolution with its norm inside."""
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    weight = conv.weight * factor[:, None, None, None]
    bias = norm.bias - norm.running_mean * factor
    return weight.detach().numpy().astype(np.float32), bias.detach().numpy().astype(np.float32)


def export(network: Detector, path: Path, calibration: Calibration = Calibration()) -> None:
    """Writes the network in inference form."""
    graph = Graph()
    graph.constant("no_roi", np.zeros(0, np.float32))
    graph.constant("twice", np.array([1, 1, 2, 2], np.float32))
    x = graph.conv("input", "stem", *folded(network.stem[0], network.stem[1]), stride=2)
    x = graph.node("Relu", [x], "stem.relu")
    x = graph.blocks(x, "stage4", network.stage4)
    x8 = graph.blocks(x, "stage8", network.stage8)
    x16 = graph.blocks(x8, "stage16", network.stage16)
    x32 = graph.blocks(x16, "stage32", network.stage32)
    m16 = graph.block(graph.upsampled_sum(x16, x32, "sum16"), "merge16", network.merge16)
    m8 = graph.block(graph.upsampled_sum(x8, m16, "sum8"), "merge8", network.merge8)
    for level, (x, stride) in enumerate(zip((m8, m16, x32), STRIDES)):
        x = graph.block(x, f"tower{stride}", network.towers[level])
        graph.head(x, stride, network.heads[level], calibration)
    onnx.save(model(graph), str(path))


def model(graph: Graph) -> onnx.ModelProto:
    picture = ["batch", 3, "height", "width"]
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, picture)]
    outputs = [
        helper.make_tensor_value_info(
            f"{part}_{stride}", TensorProto.FLOAT, ["batch", f"cells_{stride}", channels]
        )
        for part, channels in HEAD_PARTS
        for stride in STRIDES
    ]
    made = helper.make_graph(graph.nodes, "facematch_det", inputs, outputs, graph.weights)
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(made, opset_imports=opset, producer_name="facematch training")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model
