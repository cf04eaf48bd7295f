import subprocess
import sys

import pytest

from tests.conftest import tiny
from tests.models.test_fields import data_of


@pytest.mark.whole
@pytest.mark.parametrize(
    "kind", ["mask", pytest.param("vector", marks=pytest.mark.slow)]
)
def test_a_saved_model_opens_where_nothing_else_was_imported(kind, tmp_path):
    path = tmp_path / "model.keras"
    tiny("vae", data_of(kind, "vae")[1]).save(path)
    code = (
        "import kgen.models.autoencoders.vae, keras; "
        f"print(keras.saving.load_model({str(path)!r}).fields['x'])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert shown.stdout.startswith(f"{kind}s ")
