"""Which network addresses may be connected to: public ones, and those that a person allowed. A pure table.

``ipaddress.is_global`` is not enough: it calls multicast, 6to4 and NAT64 forms of loopback, and other special blocks
global. So the table is our own; for IPv6 it starts from the one block that is public and takes the exceptions away.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# From the IANA special-purpose registries, and one public address by which a large cloud talks to its machines.
_CLOSED_4 = {
    IPv4Network(block): name
    for block, name in {
        "0.0.0.0/8": "an address of this machine",
        "10.0.0.0/8": "a private address",
        "100.64.0.0/10": "a carrier's internal address",
        "127.0.0.0/8": "a loopback address",
        "168.63.129.16/32": "a cloud's internal address",
        "169.254.0.0/16": "a link-local address",
        "172.16.0.0/12": "a private address",
        "192.0.0.0/24": "a reserved address",
        "192.0.2.0/24": "an address for documentation",
        "192.88.99.0/24": "a relay address",
        "192.168.0.0/16": "a private address",
        "198.18.0.0/15": "an address for benchmarks",
        "198.51.100.0/24": "an address for documentation",
        "203.0.113.0/24": "an address for documentation",
        "224.0.0.0/4": "a multicast address",
        "240.0.0.0/4": "a reserved address",
    }.items()
}
_CLOSED_6 = {
    IPv6Network(block): name
    for block, name in {
        "::/128": "an address of this machine",
        "::1/128": "a loopback address",
        "fe80::/10": "a link-local address",
        "fc00::/7": "a private address",
        "ff00::/8": "a multicast address",
        "2001::/23": "a tunnel or reserved address",
        "2001:db8::/32": "an address for documentation",
        "3fff::/20": "an address for documentation",
    }.items()
}
_PUBLIC_6 = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")


def networks(cidrs: Iterable[str]) -> tuple[Network, ...]:
    """Parse CIDRs such as ``10.0.0.0/8`` or ``127.0.0.1``; raises ValueError for anything else."""
    return tuple(ip_network(cidr.strip(), strict=False) for cidr in cidrs)


def closed(address: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why an address must not be connected to, as a noun phrase; None where it may be."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "no network address"
    for face in _faces(parsed):
        if any(face.version == network.version and face in network for network in allowed):
            continue
        reason = _closed(face)
        if reason is not None:
            return reason
    return None


def _faces(address: Address) -> Iterator[Address]:
    """The addresses that packets to this one can end up at: what it wraps, then itself unless it is only a wrapper."""
    if isinstance(address, IPv4Address):
        yield address
        return
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _MAPPED or address in _NAT64:
        yield low
        return
    if address in _SIX_TO_FOUR:
        yield IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        yield IPv4Address(int(low) ^ 0xFFFFFFFF)
    yield address


def _closed(address: Address) -> str | None:
    if isinstance(address, IPv4Address):
        return next((name for block, name in _CLOSED_4.items() if address in block), None)
    name = next((name for block, name in _CLOSED_6.items() if address in block), None)
    return name or (None if address in _PUBLIC_6 else "a reserved address")
