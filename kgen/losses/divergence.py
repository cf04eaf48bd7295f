from keras import ops

from kgen.types import Tensor


def class_leakage(mean: Tensor, labels: Tensor) -> Tensor:
    """½ ⟨mean, the mean of the batch's other latents of its class⟩, nats per image.

    An unbiased estimate of ½ E_y ‖E[mean | y]‖²: what latents tell of the class because their
    class means differ from the prior's, 0. A batch's own class means are never zero; leaving an
    image out of its own class mean removes that bias. Without a second image of the class it is 0.

    Reference:
        Louizos et al., The Variational Fair Autoencoder, ICLR 2016, section 2.4 under a linear
        kernel, arXiv:1511.00830
    """
    mean = ops.cast(mean, "float32")
    labels = ops.reshape(labels, (-1, 1))
    same = ops.cast(ops.equal(labels, ops.transpose(labels)), "float32")
    others = ops.matmul(same, mean) - mean
    count = ops.sum(same, axis=1, keepdims=True) - 1.0
    return 0.5 * ops.sum(mean * others / ops.maximum(count, 1.0), axis=-1)


def kl_sample(z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log q(z|x) − log p(z), nats, at z from q = N(mean, exp(log_var)), with p = N(0, I).

    An unbiased, noisy estimate of KL(q ‖ p).

    Reference:
        Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, 2016, section 3,
        arXiv:1509.00519
    """
    z, mean, log_var = (ops.cast(values, "float32") for values in (z, mean, log_var))
    return 0.5 * ops.sum(
        ops.square(z) - ops.square(z - mean) * ops.exp(-log_var) - log_var, axis=-1
    )


def kl_of_units(mean: Tensor, log_var: Tensor) -> Tensor:
    """What each latent adds to ``kl_divergence``, nats, in the shape of ``mean``."""
    mean, log_var = ops.cast(mean, "float32"), ops.cast(log_var, "float32")
    return 0.5 * (ops.square(mean) + ops.exp(log_var) - 1.0 - log_var)


def kl_divergence(mean: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mean, exp(log_var)) ‖ N(0, I)), nats per image.

        ½ Σ (mean² + exp(log_var) − 1 − log_var)

    Reference:
        Kingma & Welling, Auto-Encoding Variational Bayes, 2014, appendix B, arXiv:1312.6114
    """
    return ops.sum(kl_of_units(mean, log_var), axis=-1)


def kl_between(
    mean: Tensor, log_var: Tensor, other_mean: Tensor, other_log_var: Tensor
) -> Tensor:
    """KL(N(mean, exp(log_var)) ‖ N(other_mean, exp(other_log_var))), nats per image.

    Reference:
        Rampášek et al., Dr.VAE: improving drug response prediction via modeling of drug
        perturbation effects, 2019, doi:10.1093/bioinformatics/btz158
    """
    given = (mean, log_var, other_mean, other_log_var)
    mean, log_var, other_mean, other_log_var = (
        ops.cast(values, "float32") for values in given
    )
    offsets = ops.square(mean - other_mean) * ops.exp(-other_log_var)
    ratio = log_var - other_log_var
    return 0.5 * ops.sum(offsets + ops.exp(ratio) - 1.0 - ratio, axis=-1)
