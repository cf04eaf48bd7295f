"""How the values of a data set were divided, in a line that is told before a training."""


def told(test_share, validation_share, validation_most, classes):
    """The line; ``test_share`` is ``None`` where the source has test values of its own."""
    test = "its own values for the test" if test_share is None else f"{test_share:.0%} for the test"
    rest = "of the others" if test_share is None else "of the rest"
    validation = f"{validation_share:.0%} {rest}, at most {validation_most:,}, for validation"
    alike = ", of every class alike" if classes else ""
    return f"divided: {test}; {validation}{alike}; at random, the same in every run"
