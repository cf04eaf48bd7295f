"""Maps of what a Keras classifier or regressor looks at, and tests of whether to trust them."""

from kgen.interpret.class_activation import cam, grad_cam, guided_grad_cam
from kgen.interpret.comparing import compared, comparison, covered, maps_of, mean_map
from kgen.interpret.curves import deletion, insertion
from kgen.interpret.gradients import gradient, integrated_gradients, smooth_gradient
from kgen.interpret.occlusion import occlusion
from kgen.interpret.planted import pairs, squares
from kgen.interpret.rules import deconvnet, guided_backprop
from kgen.interpret.trade_off import trade_off
from kgen.interpret.trust import agreement, cascade, pointing_game, similarity
from kgen.interpret.uncertainty import (
    Spread,
    coverage,
    dropout_spread,
    ensemble_spread,
    unexplained,
)

__all__ = [
    "Spread", "agreement", "cam", "cascade", "compared", "comparison", "coverage", "covered",
    "deconvnet", "deletion", "dropout_spread", "ensemble_spread", "grad_cam", "gradient",
    "guided_backprop", "guided_grad_cam", "insertion", "integrated_gradients", "maps_of",
    "mean_map", "occlusion", "pairs", "pointing_game", "similarity", "smooth_gradient", "squares",
    "trade_off", "unexplained",
]  # fmt: skip
