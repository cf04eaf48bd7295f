"""Trains a GAN to match a normal distribution, N(4, 1.25²), and leaves a film of it.

Example:
    python scripts/train_gan_normal.py normal.gif
"""

from kgen.data.toys import normal
from kgen.experiments.matching import command
from kgen.models import GAN

model = command(__doc__, GAN, normal, steps=3000, width=32, batch_size=256, learning_rate=1e-3)
samples = model.generate(20_000, seed=1)
print(f"Mean {samples.mean():.2f} of 4, standard deviation {samples.std():.2f} of 1.25.")
