"""A real syslog server on loopback, which writes what it understood of each message to a file."""
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from .front_door import make_certificate
from .waiting import accepts, free_port, until

FIELDS = ("pri", "time", "host", "app", "kind", "data", "text")


class Rsyslog:
    """`rsyslogd` that takes messages in one way: udp, tcp or tls."""

    def __init__(self, way: str, port: int | None = None) -> None:
        self.way, self.port = way, port or free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="rsyslog-"))
        self.file = self.folder / "messages"
        self.process: subprocess.Popen[bytes] | None = None
        self.authority, self.secret = make_certificate(self.folder, "127.0.0.1") if way == "tls" else (None, None)

    @property
    def url(self) -> str:
        """What AUDIT_SYSLOG_URL says."""
        return f"syslog+{self.way}://127.0.0.1:{self.port}" + (f"?ca={self.authority}" if self.authority else "")

    def start(self) -> Self:
        """Listens."""
        settings = ["module(load=\"imtcp\")"]
        if self.way == "udp":
            settings = ["module(load=\"imudp\")"]
        if self.way == "tls":
            settings = [
                f'global(DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="{self.authority}" '
                f'DefaultNetstreamDriverCertFile="{self.authority}" DefaultNetstreamDriverKeyFile="{self.secret}")',
                'module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")']
        template = "%PRI%\t%TIMESTAMP:::date-rfc3339%\t%HOSTNAME%\t%APP-NAME%\t%MSGID%\t%STRUCTURED-DATA%\t%msg%\\n"
        settings += [
            'global(maxMessageSize="128k" parser.escapeControlCharactersOnReceive="on" workDirectory="%s")' % self.folder,
            f'input(type="im{"udp" if self.way == "udp" else "tcp"}" address="127.0.0.1" port="{self.port}")',
            f'template(name="fields" type="string" string="{template}")',
            f'action(type="omfile" file="{self.file}" template="fields")']
        (self.folder / "rsyslog.conf").write_text("\n".join(settings) + "\n")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                ["/usr/sbin/rsyslogd", "-n", "-f", self.folder / "rsyslog.conf", "-i", self.folder / "pid"], stdout=log, stderr=log)
        if self.way != "udp":
            until(lambda: accepts("127.0.0.1", self.port), 10, "rsyslogd listening", abort=self._death)
        return self

    def _death(self) -> str | None:
        code = self.process.poll() if self.process else None
        return None if code is None else f"rsyslogd ended with {code}: {(self.folder / 'log').read_text()[-2000:]}"

    def messages(self) -> list[dict[str, str]]:
        """What has come so far."""
        if not self.file.exists():
            return []
        lines = self.file.read_text().split("\n")[:-1]
        return [dict(zip(FIELDS, line.split("\t", len(FIELDS) - 1), strict=True)) for line in lines]

    def stop(self) -> None:
        """Ends it."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
