"""The ``kgen`` command: one subcommand a file; Keras is imported only when a command runs."""
