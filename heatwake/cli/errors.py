"""The error that ends a command."""


class CommandError(RuntimeError):
    """The command can't do what was asked; the text says why and what to do."""
