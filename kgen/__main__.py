"""``python -m kgen`` is the ``kgen`` command."""

from keras_kgen import main

main()
