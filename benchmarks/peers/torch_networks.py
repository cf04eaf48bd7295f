"""Keras networks as PyTorch modules: same layers, sizes and order, with newly drawn weights."""

import math

import keras
import torch
from torch import nn
from torch.nn import functional


class GaussianNoise(nn.Module):
    """Adds normal noise to training images."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + self.stddev * torch.randn_like(x) if self.training else x


class RandomShift(nn.Module):
    """kgen's layer: moves training images by whole pixels, by 0/1 matrices for rows and columns."""

    def __init__(self, fraction):
        super().__init__()
        self.fraction = fraction

    def forward(self, x):
        if not self.training:
            return x
        rows, columns = self.shifts(x, 2), self.shifts(x, 3)
        moved = torch.einsum("bij,bcjw->bciw", rows, x)
        return torch.einsum("bij,bchj->bchi", columns, moved)

    def shifts(self, x, axis):
        """One matrix per image."""
        side, reach = x.shape[axis], round(self.fraction * x.shape[axis])
        source = torch.arange(side) + torch.randint(-reach, reach + 1, (len(x), 1))
        return (source[:, :, None] == torch.arange(side)).to(x.dtype)


class RMSNormalization(nn.Module):
    """The channels of each point, divided by their root mean square, times learnt scales."""

    def __init__(self, channels, epsilon):
        super().__init__()
        self.scale, self.epsilon = nn.Parameter(torch.ones(channels, 1, 1)), epsilon

    def forward(self, x):
        power = x.float().square().mean(dim=1, keepdim=True)
        return (x * torch.rsqrt(power + self.epsilon) * self.scale).to(x.dtype)


class Function(nn.Module):
    """A function without weights."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


def conv(layer):
    inputs, outputs = layer.kernel.shape[-2:]
    kernel, stride = layer.kernel_size[0], layer.strides[0]
    kind = nn.Conv3d if len(layer.kernel_size) == 3 else nn.Conv2d
    return kind(inputs, outputs, kernel, stride, padding(layer), bias=layer.use_bias)


def padding(layer):
    """Points beyond every border."""
    if layer.padding == "valid":
        return 0
    kernel, stride, side = layer.kernel_size[0], layer.strides[0], layer.input.shape[1]
    if stride == 1:
        return "same"
    # Keras pads odd totals on one side only; PyTorch pads both and gets the same size.
    return math.ceil(((math.ceil(side / stride) - 1) * stride + kernel - side) / 2)


def transposed_conv(layer):
    outputs, inputs = layer.kernel.shape[2:]
    kernel, stride = layer.kernel_size[0], layer.strides[0]
    overlap = kernel - stride
    return nn.ConvTranspose2d(
        inputs,
        outputs,
        kernel,
        stride,
        -(-overlap // 2),
        overlap % 2,
        bias=layer.use_bias,
    )


def dense(layer):
    return nn.Linear(*layer.kernel.shape, bias=layer.use_bias)


def batch_normalization(layer):
    norm = nn.BatchNorm2d if len(layer.input.shape) == 4 else nn.BatchNorm1d
    return norm(layer.input.shape[-1], eps=layer.epsilon, momentum=1 - layer.momentum)


def group_normalization(layer):
    assert layer.groups in (-1, layer.input.shape[-1]), (
        "a group a channel: instance normalisation"
    )
    return nn.InstanceNorm2d(layer.input.shape[-1], eps=layer.epsilon, affine=True)


def rms_normalization(layer):
    return RMSNormalization(layer.input.shape[-1], layer.epsilon)


def reshape(layer):
    *sides, channels = layer.target_shape
    return nn.Unflatten(1, (channels, *sides))


def concatenate(layer):
    return Function(lambda *parts: torch.cat(parts, dim=1))


def one_hot(layer):
    return Function(
        lambda labels: functional.one_hot(labels, layer.num_classes).float()
    )


def spread(layer):
    rows, columns = layer.sides
    return Function(lambda x: x[:, :, None, None].expand(-1, -1, rows, columns))


def cropping(layer):
    rows, columns = layer.output.shape[1:3]
    return Function(lambda x: x[:, :, :rows, :columns])


def rescaling(layer):
    return Function(lambda x: x * layer.scale + layer.offset)


LAYERS = {
    "Conv2D": conv,
    "Conv3D": conv,
    "MaxPooling3D": lambda layer: nn.MaxPool3d(layer.pool_size),
    "Conv2DTranspose": transposed_conv,
    "Dense": dense,
    "BatchNormalization": batch_normalization,
    "GroupNormalization": group_normalization,
    "RMSNormalization": rms_normalization,
    "Add": lambda layer: Function(torch.add),
    "Identity": lambda layer: nn.Identity(),
    "Reshape": reshape,
    "Concatenate": concatenate,
    "OneHot": one_hot,
    "Cropping2D": cropping,
    "Rescaling": rescaling,
    "Spread": spread,
    "Flatten": lambda layer: nn.Flatten(),
    "Activation": lambda layer: nn.Identity(),
    "ReLU": lambda layer: nn.ReLU(inplace=True),
    "LeakyReLU": lambda layer: nn.LeakyReLU(layer.negative_slope, inplace=True),
    "Dropout": lambda layer: nn.Dropout(layer.rate),
    "GaussianNoise": lambda layer: GaussianNoise(layer.stddev),
    "RandomShift": lambda layer: RandomShift(layer.fraction),
}
ACTIVATIONS = {
    "relu": nn.ReLU(inplace=True),
    "leaky_relu": nn.LeakyReLU(0.2, inplace=True),
    "tanh": nn.Tanh(),
}


def translated(layer):
    """A Keras layer, its activation included, as a module of PyTorch."""
    activation = (
        keras.activations.serialize(layer.activation)
        if hasattr(layer, "activation")
        else "linear"
    )
    module = LAYERS[type(layer).__name__](layer)
    return (
        nn.Sequential(module, ACTIVATIONS[activation])
        if activation != "linear"
        else module
    )


class Network(nn.Module):
    """The layers of a Functional Keras model, called in its order."""

    def __init__(self, network):
        super().__init__()
        layers = [
            layer
            for layer in network.layers
            if not isinstance(layer, keras.layers.InputLayer)
        ]
        self.inputs, self.outputs = names(network.inputs), names(network.outputs)
        self.steps = [(names(layer.input), names(layer.output)[0]) for layer in layers]
        self.parts = nn.ModuleList([translated(layer) for layer in layers])
        volumes = len(network.inputs[0].shape) == 5
        self.to(
            memory_format=torch.channels_last_3d if volumes else torch.channels_last
        )
        check_size(self, network)

    def forward(self, *inputs):
        values = dict(zip(self.inputs, inputs, strict=True))
        for (sources, target), part in zip(self.steps, self.parts, strict=True):
            values[target] = part(*[values[source] for source in sources])
        outputs = [values[name] for name in self.outputs]
        return outputs if len(outputs) > 1 else outputs[0]


def names(tensors):
    """What tells one symbolic tensor of a Keras model from another."""
    return [id(tensor) for tensor in keras.tree.flatten(tensors)]


def check_size(module, network):
    """Raises unless both have the same number of trained weights."""
    own = sum(weight.numel() for weight in module.parameters())
    theirs = sum(math.prod(weight.shape) for weight in network.trainable_weights)
    assert own == theirs, f"{network.name}: {own} weights in PyTorch, {theirs} in Keras"
