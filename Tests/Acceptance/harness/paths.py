"""Where things are."""
import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("OPSCONDUCTOR", REPOSITORY / ".build" / "release" / "opsconductor"))
WEB_ROOT = REPOSITORY / "web" / "dist"
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", REPOSITORY / ".build" / "screenshots"))
