"""Which addresses may be connected to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.address import closed, networks

CLOSED = [
    *("0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("168.63.129.16", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255", "100.100.100.200"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1"),
    *("fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "100::1", "2001::1", "2001:db8::1", "3fff::1", "5f00::1"),
    *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1"),
    *("2001:0:4136:e378:8000:63bf:80ff:fffe", "4000::1", "8000::1"),
    *("", "localhost", "1.2.3", "127.1", "0x7f000001", "2130706433"),
]
OPEN = [
    *("1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.1"),
    *("2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"),
]


@pytest.mark.parametrize("address", CLOSED)
def test_closed_addresses_are_closed_and_say_why(address: str) -> None:
    reason = closed(address)
    assert reason is not None
    assert reason.startswith(("a ", "an ", "no "))


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_are_open(address: str) -> None:
    assert closed(address) is None


def test_an_allowed_network_opens_itself_in_every_wrapping_and_nothing_else() -> None:
    allowed = networks(["127.0.0.0/8", " fd00::/8 ", "192.168.7.7"])
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd12::1", "192.168.7.7"):
        assert closed(address, allowed) is None
    for address in ("10.0.0.1", "192.168.7.8", "::1", "fc00::1", "169.254.169.254", "2002:a00:1::"):
        assert closed(address, allowed) is not None


def test_what_is_no_network_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        networks(["nonsense"])


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_closed_here_too(address: IPv4Address) -> None:
    assert address.is_global or closed(str(address)) is not None


@given(st.ip_addresses(v=6))
def test_what_python_calls_private_is_closed_here_in_version_6(address: IPv6Address) -> None:
    # What wraps an address of version 4 is as closed as that; newer Pythons call all of 6to4 private.
    wraps = address.ipv4_mapped is not None or address.sixtofour is not None or address.teredo is not None
    assert address.is_global or wraps or closed(str(address)) is not None


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_as_closed_as_what_it_wraps(address: IPv4Address) -> None:
    bare = closed(str(address))
    assert closed(f"::ffff:{address}") == bare
    assert closed(str(ip_address(int(ip_address("64:ff9b::")) + int(address)))) == bare
    assert closed(str(ip_address((0x2002 << 112) + (int(address) << 80) + 1))) == bare
