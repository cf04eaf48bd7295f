"""What a user would write instead of kgen: the same networks, trained in three other ways.

Each file lists its ways of training under ``PEERS``, by the name of the kgen model that they copy.
"""

import keras

# The cVAE-cGAN's, as kgen has them.
ELBO_WEIGHT, BETA, LEAKAGE_WEIGHT = 0.02, 0.4, 20.0
CLASS_WEIGHT, FAKE_CLASS_WEIGHT = 5.0, 0.5


def copies(model, player="model"):
    """A player's networks anew, with weights of their own; its likelihood has none."""
    return [
        keras.models.clone_model(part)
        for part in model.players[player]
        if isinstance(part, keras.Model)
    ]


def like(optimizer):
    """The optimizer anew."""
    return type(optimizer).from_config(optimizer.get_config())
