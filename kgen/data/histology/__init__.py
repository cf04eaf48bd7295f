"""Patches of stained tissue: PatchCamelyon's files, and a twin of known truth."""

from kgen.data.histology.patch import Patch
from kgen.data.histology.patches import Patches

__all__ = ["Patch", "Patches"]
