"""``python -m kgen`` is the ``kgen`` command."""

from kgen.cli.main import main

main()
