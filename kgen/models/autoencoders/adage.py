from typing import Any, Self

import keras
from keras import ops

from kgen import networks
from kgen.fields import Numeric
from kgen.models.autoencoders.autoencoder import Autoencoder
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class ADAGE(Autoencoder):
    """ADAGE: an autoencoder of gene expression with one layer each way, denoising by masked genes.

        loss = mean over genes of (x − f(g(m x)))²,   g = ReLU(W x + b),   f = sigmoid(V z + c)

    Values are scaled to [0, 1] by their range in the training data. The defaults are the settings
    that Tybalt is compared with in its paper: 100 features, a twentieth of the genes masked,
    Adadelta(1.1). With 5,000 genes the model has 1,005,100 parameters.

    Args:
        encoder, decoder, noise_level: as in ``Autoencoder``.
        masking: float in [0, 0.9], p, the share of genes that are set to 0.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: as ``Autoencoder``.

    Example:
        >>> from kgen.fields import Vector
        >>> model = ADAGE.from_fields(x=Vector.of(table, "x").fitted(table))  # 5,000 genes
        >>> model.compile()
        >>> model.fit(table, batch_size=50, epochs=100)
        >>> latents = model.latents(table)

    Reference:
        Tan et al., ADAGE-Based Integration of Publicly Available Pseudomonas aeruginosa Gene
        Expression Data with Denoising Autoencoders, 2016, doi:10.1128/mSystems.00025-15
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        noise_level: float = 0.0,
        masking: float = 0.05,
        **options: Any,
    ):
        super().__init__(encoder, decoder, noise_level, masking, **options)

    def compile(
        self, optimizer: keras.optimizers.Optimizer | str | None = None, **options: Any
    ):
        """Sets the optimizer, by default Adadelta(1.1); ``options`` of ``keras.Model.compile``."""
        super().compile(optimizer or keras.optimizers.Adadelta(1.1), **options)

    def objective(self, x: Tensor, training: bool = True) -> Tensor:
        squares = ops.square(x - self(x, training=training))
        return self.score(
            "reconstruction_loss", ops.mean(squares, axis=tuple(range(1, len(x.shape))))
        )

    @classmethod
    def from_fields(cls, x: Numeric, latent_dim: int = 100, **options: Any) -> Self:
        """An ADAGE for a field of any kind, scaled to [0, 1]."""
        x = x.onto((0.0, 1.0))
        encoder = networks.feature_encoder(x.shape, latent_dim)
        return cls(
            encoder,
            networks.feature_decoder(x.shape, latent_dim),
            fields={"x": x},
            **options,
        )
