"""A name server that says what it is told to, as the one of a container network does."""
import socket
import struct
import threading


class NameServer:
    """Answers questions for IPv4 addresses from `addresses`, over UDP on loopback."""

    def __init__(self, **addresses: str | list[str]) -> None:
        self.addresses: dict[str, str | list[str]] = dict(addresses)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        """As nginx wants it."""
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def stop(self) -> None:
        """Answers nobody any more."""
        self.socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, sender = self.socket.recvfrom(512)
                self.socket.sendto(self._reply(question), sender)
            except OSError:
                return

    def _reply(self, message: bytes) -> bytes:
        """RFC 1035 section 4: header, the question again, and an A record for each address."""
        end, labels = 12, []
        while length := message[end]:
            labels.append(message[end + 1:end + 1 + length].decode())
            end += 1 + length
        question = message[12:end + 5]
        known = self.addresses.get(".".join(labels), [])
        found = [known] if isinstance(known, str) else known
        wants_address = struct.unpack("!H", message[end + 1:end + 3])[0] == 1
        records = b"".join(
            struct.pack("!HHHIH", 0xC00C, 1, 1, 600, 4) + socket.inet_aton(address) for address in found if wants_address)
        code = 0x8180 if found else 0x8183
        return message[:2] + struct.pack("!HHHHH", code, 1, len(found) if wants_address else 0, 0, 0) + question + records
