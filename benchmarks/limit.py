"""How near kgen's steps come to the machine: their FLOP rate over that of a large matrix product.

Operations are counted by formula, 2 per multiply-add of Conv2D, Conv2DTranspose and Dense, for
every pass of the step: forward, gradients of the weights, and gradients of the inputs if needed. As
a check, the table shows TensorFlow's count of the traced step, with all other operations. It is too
low in the backward pass if a stride does not divide an image's side. Times are the least of all
rounds.

Example:
    python benchmarks/limit.py --networks vae dcgan
"""

import math
import time

import common
import subjects

import tensorflow as tf
from tensorflow.compat.v1 import Graph, graph_util, import_graph_def, profiler

SIDE = 4096
POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}

# The networks that a step calls: images per image of the batch, and whether the gradients of the
# weights and of the inputs are needed.
GAME = [
    ("generator", 1, True, False),
    ("discriminator", 2, True, False),
    ("discriminator", 1, False, True),
]
CALLS = {
    "vae": [("encoder", 1, True, False), ("decoder", 1, True, True)],
    "dcgan": GAME,
    "acgan": GAME,
    "cvae-cgan": [
        ("encoder", 1, True, False), ("decoder", 1, True, True), ("decoder", 0.5, True, False),
        ("discriminator", 1.5, True, False), ("discriminator", 0.5, False, True),
    ],
}  # fmt: skip


def operations(name, model):
    """Floating-point operations of a step, by formula."""
    calls = [
        images * passes(getattr(model, network), *needed)
        for network, images, *needed in CALLS[name]
    ]
    return 2 * subjects.BATCH_SIZE * sum(calls)


def passes(network, weights, inputs):
    """Multiply-adds of one image's forward and backward passes through the network."""
    layers = [
        multiply_adds(layer) for layer in network.layers if hasattr(layer, "kernel")
    ]
    # Gradients always come back to the outputs of the first layer; to its inputs only if needed.
    return (2 + weights) * sum(layers) - (not inputs) * layers[0]


def multiply_adds(layer):
    """What one image costs in the forward pass; each gradient costs the same."""
    pixels = (
        layer.input.shape if "Transpose" in type(layer).__name__ else layer.output.shape
    )
    return math.prod(layer.kernel.shape) * math.prod(pixels[1:-1])


def counted(model, count=subjects.BATCH_SIZE):
    """Floating-point operations of a step on so many images, by TensorFlow."""
    batch = (
        tf.TensorSpec((count, *model.shape), "uint8"),
        tf.TensorSpec((count,), "int32"),
    )
    graph = (
        tf.function(lambda *data: model.train_step(data))
        .get_concrete_function(*batch)
        .graph
    )
    needed = [node.name for node in graph.control_outputs] + [
        tensor.op.name for tensor in graph.outputs
    ]
    with Graph().as_default() as pruned:
        import_graph_def(
            graph_util.extract_sub_graph(graph.as_graph_def(add_shapes=True), needed),
            name="",
        )
    # The one counter there is has been deprecated for years.
    tf.get_logger().setLevel("ERROR")
    options = {**profiler.ProfileOptionBuilder.float_operation(), "output": "none"}
    return profiler.profile(pruned, options=options).total_float_ops


def product(dtype):
    """A contender: the seconds of one product of large matrices."""
    matrix = tf.cast(tf.random.normal((SIDE, SIDE)), dtype)

    def seconds():
        start = time.perf_counter()
        tf.matmul(matrix, matrix)
        return time.perf_counter() - start

    return seconds


def step(name, policy, steps):
    """A contender: the seconds of one step of ``fit``."""
    model = subjects.build(name, policy)
    batches = subjects.images(model.shape).batches(subjects.BATCH_SIZE)
    return subjects.fitted(model, batches, steps)


def row(name, steps, rounds):
    """A network's line of the table."""
    model = subjects.build(name)
    products = {f"product {dtype}": product(dtype) for dtype in POLICIES}
    trained = {dtype: step(name, policy, steps) for dtype, policy in POLICIES.items()}
    least = {
        way: min(seconds)
        for way, seconds in common.interleaved({**products, **trained}, rounds).items()
    }
    done, cells = operations(name, model), []
    for dtype in POLICIES:
        rate, limit = done / least[dtype], 2 * SIDE**3 / least[f"product {dtype}"]
        cells += [
            f"{rate / 1e9:.0f} of {limit / 1e9:.0f}",
            f"{100 * rate / limit:.0f} %",
        ]
    return [name, f"{done / 1e9:.2f}", f"{counted(model) / 1e9:.2f}", *cells]


def main():
    arguments = subjects.parser(__doc__).parse_args()
    print(common.machine())
    header = [
        "",
        "GFLOP a step",
        "TensorFlow's count",
        "float32, GFLOP/s",
        "share",
        "bfloat16, GFLOP/s",
        "share",
    ]
    print(
        common.table(
            header,
            [subjects.apart(row, name, arguments) for name in arguments.networks],
        )
    )


if __name__ == "__main__":
    main()
