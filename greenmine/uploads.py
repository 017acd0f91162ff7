"""Stops a request that carries too much before it is read (security.md, G-02).

Django's own limit on the size of a request does not count files.
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler


class SizeLimitHandler(FileUploadHandler):
    """First in the row: refuses by the announced length, then counts, since the announcement may lie."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.received = self.files = 0
        if content_length > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > settings.UPLOAD_MAX_FILES:
            raise TooManyFilesSent

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            raise RequestDataTooBig
        return raw_data

    def file_complete(self, file_size):
        return None
