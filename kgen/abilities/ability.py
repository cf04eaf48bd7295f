"""The base of all abilities, an abstract class.

A page inherits from the engine's model beside its abilities, and these use the model's methods.
Only the checker of types is told so: an ability itself is no model.
"""

from abc import ABC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel as Ability
else:
    Ability = ABC

__all__ = ["Ability"]
