class LeaseLost(Exception):  # noqa: N818  # named for what happened
    """Another worker has the job by now; nothing this one does may count any more."""


class WorkRefused(Exception):  # noqa: N818  # named for what happened
    """The work cannot be done, however often it is tried; `code` and `detail` are shown to the operators."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
