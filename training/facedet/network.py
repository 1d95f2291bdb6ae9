"""The network: depthwise-separable blocks, a top-down neck, three heads of 16 channels."""

import torch
from torch import nn
from torch.nn import functional as F

STRIDES = (8, 16, 32)
# Channels of a head: class, object, box, landmarks. One convolution while training, four outputs
# after export.
HEAD_PARTS = (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
HEAD_CHANNELS = sum(channels for _, channels in HEAD_PARTS)


class Stem(nn.Sequential):
    """3x3 convolution of stride 2 over pixels of 0 to 255."""

    def __init__(self, outputs: int):
        super().__init__(
            nn.Conv2d(3, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)
        )


class Block(nn.Module):
    """Depthwise 3x3, pointwise, norm, what came in where the shape allows it, ReLU.

    One norm a block: they are a third of the training's time.
    """

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.has_residual = stride == 1 and inputs == outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(self.pointwise(self.depthwise(x)))
        return F.relu(x + y if self.has_residual else y, inplace=True)


class Head(nn.Module):
    """Pointwise to all 16 values, then depthwise 3x3: what YuNet's heads do."""

    def __init__(self, inputs: int):
        super().__init__()
        self.pointwise = nn.Conv2d(inputs, HEAD_CHANNELS, 1)
        self.depthwise = nn.Conv2d(HEAD_CHANNELS, HEAD_CHANNELS, 3, 1, 1, groups=HEAD_CHANNELS)
        nn.init.normal_(self.pointwise.weight, std=0.02)
        nn.init.zeros_(self.depthwise.weight)
        with torch.no_grad():
            self.depthwise.weight[:, :, 1, 1] = 1.0
            self.depthwise.bias.zero_()
            self.depthwise.bias[:2] = -4.0  # Faces are rare.

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.depthwise(self.pointwise(x))


class Detector(nn.Module):
    """Input `[n, 3, H, W]`, BGR, 0 to 255, sides multiples of 32; three maps of 16 channels."""

    def __init__(self, narrow: int = 16, middle: int = 32, wide: int = 64):
        super().__init__()
        self.stem = Stem(narrow)
        self.stage4 = nn.Sequential(
            Block(narrow, middle, 2), Block(middle, middle), Block(middle, middle)
        )
        self.stage8 = nn.Sequential(
            Block(middle, wide, 2), Block(wide, wide), Block(wide, wide), Block(wide, wide)
        )
        self.stage16 = nn.Sequential(Block(wide, wide, 2), Block(wide, wide), Block(wide, wide))
        self.stage32 = nn.Sequential(Block(wide, wide, 2), Block(wide, wide))
        self.merge16 = Block(wide, wide)
        self.merge8 = Block(wide, wide)
        self.towers = nn.ModuleList(Block(wide, wide) for _ in STRIDES)
        self.heads = nn.ModuleList(Head(wide) for _ in STRIDES)

    def forward(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        x4 = self.stage4(self.stem(pixels))
        x8 = self.stage8(x4)
        x16 = self.stage16(x8)
        x32 = self.stage32(x16)
        m16 = self.merge16(x16 + F.interpolate(x32, scale_factor=2.0, mode="nearest"))
        m8 = self.merge8(x8 + F.interpolate(m16, scale_factor=2.0, mode="nearest"))
        levels = zip((m8, m16, x32), self.towers, self.heads)
        return [head(tower(x)) for x, tower, head in levels]
