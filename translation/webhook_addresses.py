"""Where webhooks may go: which addresses customers can name, and which hosts are called. Pure."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

MAX_URL_CHARS: Final = 2000
HTTPS_PORT: Final = 443
HTTP_PORT: Final = 80
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What may stand in an address once it is sent: nothing that could end a line of the request.
_PRINTABLE: Final = re.compile(r"[!-~]+")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# What resolvers take for an IP address in disguise: 2130706433, 0x7f.1, 127.1.
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_IPV6_PUBLIC: Final = ipaddress.ip_network("2000::/3")
# Public by their numbers, and yet a way into a private network or to a machine's own secrets.
_CLOSED: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # shared by carriers; one cloud's metadata lies in it
            "168.63.129.16/32",  # a cloud's own agent
            "192.0.0.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "2001::/23",  # Teredo and other tunnels
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart; `path` holds the query, `host` is in lower case without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as a request names it: with brackets and an unusual port."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        usual = HTTPS_PORT if self.scheme == "https" else HTTP_PORT
        return shown if self.port == usual else f"{shown}:{self.port}"


class AddressRefused(ValueError):
    """An address no webhook goes to; the text is a sentence for whoever named it."""


def parse(url: str, *, allow_private: bool) -> Target:
    """The parts of a webhook's address; raises AddressRefused with what is wrong.

    With `allow_private` plain http and any port are taken as well. An address written as a number
    is checked here already; a name is checked each time it is resolved.
    """
    target = _taken_apart(url)
    if not allow_private:
        if target.scheme != "https":
            raise AddressRefused("The address of a webhook begins with https://.")
        if target.port != HTTPS_PORT:
            raise AddressRefused("Webhooks go to port 443 only: leave the port out.")
        literal = _literal(target.host)
        if literal is not None and not is_public(literal):
            raise AddressRefused(
                "This address lies in a private network: webhooks cannot go there."
            )
    return target


def is_public(address: str) -> bool:
    """Whether an IP address, as a resolver gives it, may be called.

    False for private, loopback, link-local, multicast, unspecified, reserved and shared ones, and
    for every form of IPv6 that carries an IPv4 address.
    """
    try:
        found: _Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (found.scope_id or found not in _IPV6_PUBLIC):
        return False
    if any(found.version == one.version and found in one for one in _CLOSED):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _taken_apart(url: str) -> Target:
    if not 0 < len(url) <= MAX_URL_CHARS:
        raise AddressRefused(f"The address of a webhook has 1 to {MAX_URL_CHARS} characters.")
    if not url.isprintable():  # the reader below would leave tabs and line breaks out in silence
        raise AddressRefused("The address holds a tab or a line break: take it out.")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError:  # a UnicodeError too
        raise AddressRefused("This is no address we can read. Copy it from a browser.") from None
    if parts.scheme not in {"https", "http"}:
        raise AddressRefused("The address of a webhook begins with https://.")
    if "@" in parts.netloc:
        raise AddressRefused(
            "Leave name and password out of the address: check the signature instead."
        )
    if not host or not (_is_name(host) or _literal(host)):
        raise AddressRefused("The address names no host, such as hooks.example.com.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _PRINTABLE.fullmatch(path) or parts.fragment:
        raise AddressRefused("The path may hold no spaces, line breaks or #: encode them as %20.")
    usual = HTTPS_PORT if parts.scheme == "https" else HTTP_PORT
    return Target(parts.scheme, host, usual if port is None else port, path)


def _is_name(host: str) -> bool:
    labels = host.rstrip(".").split(".")
    is_number = _NUMBER.fullmatch(labels[-1]) is not None
    return len(host) <= 253 and not is_number and all(map(_LABEL.fullmatch, labels))


def _literal(host: str) -> str | None:
    """The host if it is an IP address in its usual form."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
