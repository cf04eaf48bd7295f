"""The scalars that trainings log: what they mean, in plain words, and which values are good."""

SCALARS = {
    "loss": (
        "neither",
        "what is minimised; of a game, the number by which epochs are compared",
    ),
    "discriminator_loss": ("neither", "what the discriminator pays"),
    "generator_loss": ("neither", "what the generator pays"),
    "encoder_loss": ("neither", "what the encoder pays"),
    "reconstruction_loss": (
        "lower",
        "−log p(x|z) of reconstructions, nats per value; or their squared errors",
    ),
    "kl_loss": (
        "neither",
        "KL divergence of the latents' distribution from N(0, I), nats per value",
    ),
    "transition_loss": (
        "neither",
        "KL divergence of the latents after a treatment from where it leads, nats per value",
    ),
    "perturbation_loss": (
        "lower",
        "−log p of the value after a treatment, foretold from that before it, nats per value",
    ),
    "bound_loss": (
        "lower",
        "minus the importance-weighted bound of log p(x), nats per value",
    ),
    "real_loss": ("neither", "what the discriminator pays for real values"),
    "fake_loss": ("neither", "what the discriminator pays for samples"),
    "adversarial_loss": (
        "neither",
        "what the generator pays for samples that are seen through",
    ),
    "gradient_penalty": (
        "neither",
        "how far the slope of the critic is from 1, squared",
    ),
    "drift": ("neither", "mean squared value that the critic gives to real values"),
    "level": (
        "neither",
        "doublings of a growing network, a fraction while a new size fades in",
    ),
    "r1_penalty": (
        "neither",
        "half the squared slope of the discriminator at real values",
    ),
    "path_penalty": (
        "neither",
        "how unevenly steps between styles change the image, squared",
    ),
    "augmented_share": (
        "neither",
        "probability with which the discriminator sees changed values",
    ),
    "class_loss": ("lower", "cross-entropy of the classes read of real values, nats"),
    "fake_class_loss": ("lower", "cross-entropy of the classes read of samples, nats"),
    "accuracy": ("higher", "share of real values whose class is read"),
    "component_accuracy": (
        "higher",
        "share of samples whose generator the classifier names",
    ),
    "pixel_error": (
        "lower",
        "mean square between values and their reconstructions, scaled",
    ),
    "feature_loss": (
        "lower",
        "how far reconstructions are off in the features of the discriminator",
    ),
    "encoding_loss": (
        "lower",
        "how far the normal values that the encoder finds are off",
    ),
    "leakage_loss": ("lower", "information on the class in the latents, nats"),
    "cycle_loss": ("lower", "mean absolute error after translation there and back"),
    "identity_loss": ("lower", "mean absolute change of what is of the field already"),
    "self_loss": ("lower", "mean absolute distance of refined values from their input"),
    "map_loss": ("neither", "mean absolute number of the effect map"),
    "content_loss": (
        "lower",
        "distance from the true partner: mean absolute error, or cross-entropy + Dice of masks",
    ),
    "dice_loss": ("lower", "1 − Dice of the masks' probabilities"),
    "scale_loss": (
        "neither",
        "how unlike found and true cuts are in the critic's features",
    ),
    "critic_scale_loss": ("neither", "the same before the critic's step"),
    "squared_error": ("lower", "mean squared error of the estimates, scaled"),
    "absolute_error": (
        "lower",
        "mean absolute error of the estimates, in the unit of the numbers",
    ),
    "target_loss": (
        "lower",
        "mean squared error of the numbers read of concepts, scaled",
    ),
    "concept_loss": ("lower", "mean squared error of the concepts, scaled"),
}
OF_ITS_OWN = ("neither", "a scalar of the model's own; its page says what it is")
