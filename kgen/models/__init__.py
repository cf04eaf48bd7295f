"""Every model by its name: one line here, one page in a family's folder."""

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import keras_kgen

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.types import Location

keras_kgen.check()  # `import kgen` may have found another project's first page above this one


class Entry(NamedTuple):
    """Where a model lives and what it is, known without importing Keras."""

    module: str
    class_name: str
    summary: str
    paper: str

    def load(self) -> type["GenerativeModel"]:
        """The model's class."""
        return getattr(
            importlib.import_module(f"kgen.models.{self.module}"), self.class_name
        )


MODELS = {
    "autoencoder": Entry(
        "autoencoders.autoencoder",
        "Autoencoder",
        "plain and denoising autoencoder",
        "doi:10.1126/science.1127647",
    ),
    "adage": Entry(
        "autoencoders.adage",
        "ADAGE",
        "features of masked gene expression",
        "doi:10.1128/mSystems.00025-15",
    ),
    "tybalt": Entry(
        "autoencoders.tybalt",
        "Tybalt",
        "VAE of gene expression",
        "doi:10.1142/9789813235533_0008",
    ),
    "vae": Entry(
        "autoencoders.vae", "VAE", "variational autoencoder, β-VAE", "arXiv:1312.6114"
    ),
    "cvae": Entry(
        "autoencoders.cvae",
        "CVAE",
        "conditional variational autoencoder",
        "NeurIPS 2015, Sohn et al.",
    ),
    "iwae": Entry(
        "autoencoders.iwae",
        "IWAE",
        "importance-weighted autoencoder",
        "arXiv:1509.00519",
    ),
    "gan": Entry(
        "adversarial.gan", "GAN", "generative adversarial network", "arXiv:1406.2661"
    ),
    "dcgan": Entry(
        "adversarial.dcgan", "DCGAN", "deep convolutional GAN", "arXiv:1511.06434"
    ),
    "cgan": Entry("adversarial.cgan", "CGAN", "conditional GAN", "arXiv:1411.1784"),
    "acgan": Entry(
        "adversarial.acgan",
        "ACGAN",
        "auxiliary-classifier GAN: generates and classifies",
        "arXiv:1610.09585",
    ),
    "biggan": Entry(
        "adversarial.biggan",
        "BigGAN",
        "conditional GAN: sharp images, class interpolation",
        "arXiv:1809.11096",
    ),
    "lsgan": Entry(
        "adversarial.lsgan", "LSGAN", "least-squares GAN", "arXiv:1611.04076"
    ),
    "wgan": Entry(
        "adversarial.wgan",
        "WGAN",
        "Wasserstein GAN with clipped weights",
        "arXiv:1701.07875",
    ),
    "wgan-gp": Entry(
        "adversarial.wgangp",
        "WGANGP",
        "Wasserstein GAN with gradient penalty",
        "arXiv:1704.00028",
    ),
    "progressive-gan": Entry(
        "adversarial.progressive",
        "ProgressiveGAN",
        "progressively growing GAN for larger images",
        "arXiv:1710.10196",
    ),
    "mixture-gan": Entry(
        "adversarial.mixture",
        "MixtureGAN",
        "several generators, separated by a classifier",
        "ICLR 2018, Hoang et al.",
    ),
    "markovian-gan": Entry(
        "adversarial.markovian",
        "MarkovianGAN",
        "synthesises textures from small patches",
        "arXiv:1604.04382",
    ),
    "stylegan": Entry(
        "adversarial.stylegan",
        "StyleGAN",
        "StyleGAN2, a GAN whose styles scale every layer",
        "arXiv:1912.04958",
    ),
    "vae-gan": Entry(
        "hybrid.vaegan", "VAEGAN", "VAE with a learned similarity", "arXiv:1512.09300"
    ),
    "cvae-cgan": Entry(
        "hybrid.cvaecgan",
        "CVAECGAN",
        "classifies, reconstructs, synthesises",
        "arXiv:1703.10155",
    ),
    "anogan": Entry(
        "anomaly.anogan",
        "AnoGAN",
        "detects anomalies, by a search in a GAN",
        "arXiv:1703.05921",
    ),
    "f-anogan": Entry(
        "anomaly.fanogan",
        "FAnoGAN",
        "detects anomalies, by an encoder and a GAN",
        "doi:10.1016/j.media.2019.01.010",
    ),
    "regressor": Entry(
        "regression.regressor",
        "Regressor",
        "estimates a number, such as an age",
        "arXiv:1612.02572",
    ),
    "concept-bottleneck": Entry(
        "regression.concept_bottleneck",
        "ConceptBottleneck",
        "estimates concepts, and a number from them",
        "arXiv:2007.04612",
    ),
    "pert-vae": Entry(
        "perturbation.pertvae",
        "PertVAE",
        "VAE of pairs before and after a drug",
        "arXiv:1706.08203",
    ),
    "dr-vae": Entry(
        "perturbation.drvae",
        "DrVAE",
        "predicts the response to a drug, and its effect",
        "arXiv:1706.08203",
    ),
    "unet": Entry(
        "translation.unet",
        "UNet",
        "U-Net from an image to its partner or mask",
        "arXiv:1505.04597",
    ),
    "pix2pix": Entry(
        "translation.pix2pix",
        "Pix2Pix",
        "translates or segments, trained on pairs",
        "arXiv:1611.07004",
    ),
    "segan": Entry(
        "translation.segan",
        "SegAN",
        "segments, with a multi-scale critic",
        "arXiv:1706.01805",
    ),
    "cycle-gan": Entry(
        "translation.cyclegan",
        "CycleGAN",
        "translates between two domains without pairs",
        "arXiv:1703.10593",
    ),
    "simgan": Entry(
        "translation.simgan",
        "SelfRegularizedGAN",
        "translates without pairs, stays near its input",
        "arXiv:1612.07828",
    ),
    "va-gan": Entry(
        "translation.vagan",
        "VAGAN",
        "maps the difference between two domains",
        "arXiv:1711.08998",
    ),
}

CLASSES = {entry.class_name: entry for entry in MODELS.values()}


def saved(path: "Location") -> "GenerativeModel":
    """The model in a .keras file, whichever of these it is."""
    import keras

    # Keras finds a class only once its module is imported, whatever the file holds.
    for entry in MODELS.values():
        entry.load()
    return keras.saving.load_model(path)


def __getattr__(name: str) -> Any:
    if name in CLASSES:
        return CLASSES[name].load()
    raise AttributeError(f"module 'kgen.models' has no attribute {name!r}")
