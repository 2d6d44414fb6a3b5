"""A time stamp service (RFC 3161) on loopback, which can be told to be silent or to lie."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys, tsp, x509  # type: ignore[import-untyped]
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

#: What it does when it is asked.
WELL, SILENT, BUSY, GARBAGE, ANOTHER, REFUSING = (
    "well", "silent", "busy", "garbage", "another", "refusing",
)  # fmt: skip


@dataclass(slots=True)
class Stamps:
    url: str
    certificate: x509.Certificate
    how: str = WELL
    #: Ends the silence when the test is over.
    over: threading.Event = field(default_factory=threading.Event)


def authority() -> DummyTimeStamper:
    key = rsa.generate_private_key(65537, 2048)
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, "Stamps of a test")])
    now = datetime.now(UTC)
    usage = certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    made = (
        certificates.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(11)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        x509.Certificate.load(made.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(private),
    )


@contextmanager
def stamping() -> Iterator[Stamps]:
    """The service while it is up, on a port of its own."""
    stamper = authority()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            if at.how == SILENT:
                at.over.wait(30)
                return
            if at.how == BUSY:
                self.send_error(503)
                return
            if at.how == ANOTHER:
                asked["message_imprint"]["hashed_message"] = bytes(32)
            answer = stamper.request_tsa_response(asked)
            if at.how == REFUSING:
                answer = tsp.TimeStampResp({"status": {"status": "rejection"}})
            body = b"no stamp" if at.how == GARBAGE else answer.dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    at = Stamps(f"http://127.0.0.1:{server.server_address[1]}/", stamper.tsa_cert)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield at
    finally:
        at.over.set()
        server.shutdown()
        server.server_close()
