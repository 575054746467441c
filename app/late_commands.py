"""Commands that are loaded when they are asked for: a server that starts has no use for them."""

from importlib import import_module
from typing import ClassVar

import click


class LateCommands(click.Group):
    """A group with commands of its own and of other modules."""

    _elsewhere: ClassVar = {
        "practise": ("app.terminal", "command"),
        "bank": ("app.handouts", "bank"),
        "worksheet": ("app.handouts", "worksheet"),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self._elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._elsewhere:
            return super().get_command(ctx, cmd_name)
        module, name = self._elsewhere[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command
