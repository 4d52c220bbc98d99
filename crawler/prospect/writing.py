"""Writing a draft and its fixture: refused before the paper is asked for anything, or whole files."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from config.edit import put_file
from crawler.prospect.found import Refusal

_CAUSES = {
    errno.EACCES: "no-leave",
    errno.EPERM: "no-leave",
    errno.EROFS: "no-leave",
    errno.ENOTDIR: "no-folder",
    errno.EEXIST: "no-folder",
    errno.ENOENT: "no-folder",
    errno.ENOSPC: "disk-full",
}
"""Errors that have words of their own; others are told as the system names them."""


def refuse_unwritable(folder: Path) -> None:
    """Raise Refusal where it can be seen that nothing could be written into `folder`, which need not exist yet."""
    above = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    if not above.is_dir():
        raise _refusal(folder, errno.ENOTDIR)
    if not os.access(above, os.W_OK | os.X_OK):
        raise _refusal(folder, errno.EACCES)


def write(files: Mapping[Path, str]) -> list[Path]:
    """Write `files`, each wholly or not at all, in their order; their paths. Raises Refusal at the first that fails."""
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            put_file(path, text)
        except OSError as error:
            raise _refusal(path, error.errno or 0) from None
    return list(files)


def _refusal(path: Path, number: int) -> Refusal:
    if cause := _CAUSES.get(number):
        return Refusal("unwritable", path=path, cause=cause)
    return Refusal("unwritable", path=path, error=os.strerror(number))
