"""Commands that draw data of known truth: one module each, with its ``command``."""

import click

from kgen.cli.synthesize import (
    arteries,
    brains,
    drug_response,
    expression,
    histology,
    lesions,
    retina,
    tiles,
)


@click.group()
def command() -> None:
    """Simulate data with a known ground truth.

    \b
    Example:
      kgen data synthesize arteries coronaries
      kgen data synthesize brains phantoms --subjects 400 --size 64
      kgen data synthesize tiles sections.h5 --size 200MB
      kgen data synthesize drug-response screen
      kgen data synthesize expression tissues
      kgen data synthesize histology twin --patches 4000
      kgen data synthesize lesions lesions --count 2000 --size 64
      kgen data synthesize retina eyes --subjects 800 --size 64
    """


command.add_command(arteries.command, "arteries")
command.add_command(brains.command, "brains")
command.add_command(drug_response.command, "drug-response")
command.add_command(expression.command, "expression")
command.add_command(histology.command, "histology")
command.add_command(lesions.command, "lesions")
command.add_command(retina.command, "retina")
command.add_command(tiles.command, "tiles")
