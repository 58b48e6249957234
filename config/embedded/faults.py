"""The one error of the launcher: a sentence for the person at the terminal, with the way out."""


class LaunchError(Exception):
    pass
