"""Which files of the npm packages are served, and under which address: only those named here."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

# The whole packages are 2,000 files, and some name others that they do not bring along, at which
# collectstatic stops. Each file comes with its source map, which the manifest looks for.
FILES = {
    "tabler": ("@tabler/core/dist", ["css/tabler.min.css", "css/tabler.min.css.map"]),
    "echarts": ("echarts/dist", ["echarts.min.js"]),
}


class LibraryFinder(BaseFinder):
    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        found = [storage.path(name) for name, storage in self.list([]) if f"{storage.prefix}/{name}" == path]
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns):
        for prefix, (folder, names) in FILES.items():
            root = Path(settings.LIBRARIES_ROOT) / folder
            storage = FileSystemStorage(location=root)
            storage.prefix = prefix
            for name in names:
                if (root / name).exists() and not matches_patterns(name, ignore_patterns):
                    yield name, storage
