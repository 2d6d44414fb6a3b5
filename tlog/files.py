"""Files that are written so that a power cut leaves the old one or the new one, whole."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

NEW = ".new"  # where a file lies until it is whole; emptied by the next run


def read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


@dataclass
class Writer:
    """Writes whole files under `top`, which is one volume; folders get `mode` with search."""

    top: Path
    mode: int = 0o644
    touched: set[Path] = field(default_factory=set)
    written: int = 0

    def put(self, path: Path, content: bytes) -> None:
        """The content lasts, the name does after `settle`."""
        self._make(path.parent)
        self._make(self.top / NEW)
        self.written += 1
        new = self.top / NEW / f"{os.getpid()}-{self.written}"
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self.mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)  # noqa: PTH105 (the tests count the system's own calls)
        self.touched.add(path.parent)

    def put_if_other(self, path: Path, content: bytes) -> None:
        if read(path) != content:
            self.put(path, content)

    def remove_folder(self, folder: Path) -> None:
        if folder.is_dir():
            shutil.rmtree(folder)
            self.touched.add(folder.parent)

    def settle(self) -> None:
        """Make the names of what was written last."""
        for folder in sorted(path for path in self.touched if path.is_dir()):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        self.touched.clear()

    def clean(self) -> None:
        """Remove what a killed process left half written; only where nobody else writes."""
        shutil.rmtree(self.top / NEW, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        missing = [path for path in (folder, *folder.parents) if not path.is_dir()]
        for new in reversed(missing):
            new.mkdir(mode=self.mode | (self.mode & 0o444) >> 2, exist_ok=True)
            self.touched.add(new.parent)
