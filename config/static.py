"""Static files under hashed names, so that browsers keep them for good; ours are compressed too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from django.contrib.staticfiles.storage import HashedFilesMixin, ManifestStaticFilesStorage
from whitenoise.compress import Compressor

_MODULES: Final = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]
_OURS: Final = ("interlinear/", "vendor/")
_COMPRESSED: Final = frozenset({".css", ".js", ".svg"})


class StaticFiles(ManifestStaticFilesStorage):
    """Django's, with imports between our modules hashed as well.

    Only by gzip, and only what pages load: brotli over everything takes half a minute of a start.
    """

    # Not those of other packages: their bundles hold what merely looks like an import.
    patterns = (*ManifestStaticFilesStorage.patterns, ("interlinear/*.js", _MODULES))

    def post_process(
        self,
        paths: dict[str, Any],
        dry_run: bool = False,
        **options: Any,
    ) -> Iterator[Any]:
        """Yields what Django's does, then compresses the hashed files."""
        yield from super().post_process(paths, dry_run=dry_run, **options)
        if dry_run:
            return
        compressor = Compressor(use_brotli=False, quiet=True)
        for name in self.hashed_files.values():
            if name.startswith(_OURS) and PurePath(name).suffix in _COMPRESSED:
                for _ in compressor.compress(self.path(name)):
                    pass
