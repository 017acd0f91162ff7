"""Why an upload is refused: a code with its parameters."""


class UploadRefused(Exception):
    """`code` names the rule; the sentences stand in tasks/upload_messages.py."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
