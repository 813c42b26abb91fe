"""Small disks that tests fill up and make room on again."""
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Volume:
    """A file system of its own."""

    folder: Path

    def fill(self) -> None:
        """Takes all space that is left."""
        with (self.folder / "filler").open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 16, 1 << 12):
                try:
                    while file.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue

    def make_room(self) -> None:
        """Gives back what `fill` took."""
        (self.folder / "filler").unlink()

    @property
    def used(self) -> float:
        """What is stored, in MB."""
        return shutil.disk_usage(self.folder).used / 1e6


@contextmanager
def volume(size: str) -> Iterator[Volume]:
    """A disk of this size, such as `64m`, that everybody may look into."""
    folder = Path(tempfile.mkdtemp(prefix="volume-"))
    folder.chmod(0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", folder], check=True)
    try:
        yield Volume(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()
