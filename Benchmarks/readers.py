"""Many WebSocket readers in one loop that only count while the clock runs; afterwards every byte is checked."""
import base64
import json
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field

TIMEOUT = 120


@dataclass
class Reader:
    """One connection and what it received."""

    connection: socket.socket
    pieces: list[bytes] = field(default_factory=list)
    lines: int = 0
    tail: bytes = b""

    def take(self, piece: bytes, line_end: bytes) -> None:
        """Keeps a piece and counts the line ends in it, also one that is split over two pieces."""
        self.pieces.append(piece)
        searched = self.tail + piece
        self.lines += searched.count(line_end)
        self.tail = searched[len(searched) - len(line_end) + 1:] if len(line_end) > 1 else b""

    def frames(self) -> list[bytes]:
        """The payloads of the text frames (RFC 6455 section 5.2)."""
        data, position, found = b"".join(self.pieces), 0, []
        while position + 2 <= len(data):
            kind, length = data[position] & 0x0F, data[position + 1] & 0x7F
            position += 2
            if length == 126:
                length, position = struct.unpack_from(">H", data, position)[0], position + 2
            elif length == 127:
                length, position = struct.unpack_from(">Q", data, position)[0], position + 8
            if kind in (0, 1):
                found.append(data[position:position + length])
            position += length
        return found


def open_reader(port: int, headers: dict[str, str]) -> Reader:
    """Connects and upgrades."""
    connection = socket.create_connection(("127.0.0.1", port))
    fields = {
        "Host": f"127.0.0.1:{port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **headers,
    }
    connection.sendall(("GET /ws HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n").encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(1)
    if b" 101 " not in answer.split(b"\r\n")[0]:
        raise ConnectionError(answer.decode(errors="replace"))
    return Reader(connection)


def send_text(reader: Reader, text: str) -> None:
    """Sends one short text frame, masked as clients must."""
    payload, mask = text.encode(), os.urandom(4)
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    reader.connection.sendall(b"\x81" + length + mask + masked)


def drain(readers: list[Reader], lines: int, line_end: bytes, start: Callable[[], None]) -> float:
    """Starts the producer and reads until every reader has all lines; returns the seconds that it took."""
    waiting = selectors.DefaultSelector()
    begin = time.monotonic()
    start()
    for reader in readers:
        reader.connection.setblocking(False)
        waiting.register(reader.connection, selectors.EVENT_READ, reader)
    unfinished = len(readers)
    while unfinished and time.monotonic() - begin < TIMEOUT:
        for key, _ in waiting.select(1):
            reader, piece = key.data, key.data.connection.recv(1 << 18)
            reader.take(piece, line_end)
            if reader.lines >= lines or not piece:
                waiting.unregister(reader.connection)
                unfinished -= 1
    return time.monotonic() - begin


def texts_of_ours(reader: Reader) -> str:
    """The output that our frames carry, in order of arrival."""
    entries = [entry for frame in reader.frames() for entry in json.loads(frame).get("entries") or []]
    return "".join(entry["text"] for entry in entries if entry["kind"] == "output")
