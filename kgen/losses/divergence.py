from keras import ops


def kl_divergence(mean, log_var):
    """KL(N(mean, exp(log_var)) ‖ N(0, I)) = ½ Σ (mean² + exp(log_var) − 1 − log_var), nats an image.

    Reference:
        Kingma & Welling, Auto-Encoding Variational Bayes, 2014, appendix B, arXiv:1312.6114
    """
    mean, log_var = ops.cast(mean, "float32"), ops.cast(log_var, "float32")
    return 0.5 * ops.sum(ops.square(mean) + ops.exp(log_var) - 1.0 - log_var, axis=-1)
