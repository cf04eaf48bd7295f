"""The ``kgen`` command: one module per subcommand; Keras is imported only when a command runs."""
