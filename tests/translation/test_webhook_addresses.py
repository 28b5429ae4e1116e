"""Where webhooks may go, as far as an address tells it."""

from __future__ import annotations

import ipaddress

import pytest

from translation.webhook_addresses import AddressRefused, is_public, parse

PRIVATE = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1"),
    *("172.31.255.255", "192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1"),
    *("100.100.100.200", "192.0.0.192", "198.18.0.1", "192.0.2.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("192.88.99.1", "168.63.129.16", "::", "::1", "fe80::1", "fe80::1%1", "fc00::1"),
    *("fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"),
    *("::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2002:808:808::", "2001::1", "2001:db8::1", "2001:10::1", "3fff::1"),
    *("100::1", "5f00::1", "", "localhost", "1", "0x7f.1", "2606:4700::1%eth0"),
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00:1450::1"]


class TestAddresses:
    @pytest.mark.parametrize("address", PRIVATE)
    def test_it_knows_what_is_not_public(self, address: str) -> None:
        assert not is_public(address)

    @pytest.mark.parametrize("address", PUBLIC)
    def test_it_knows_what_is_public(self, address: str) -> None:
        assert is_public(address)

    @pytest.mark.parametrize(
        "url",
        [
            *("http://hooks.example.com/", "ftp://hooks.example.com/", "hooks.example.com", ""),
            *("https://", "https:///x", "https://user:pass@hooks.example.com/", "//example.com"),
            *("https://a@hooks.example.com/", "https://@hooks.example.com/", "https://:80/"),
            *("https://hooks.example.com:8443/", "https://hooks.example.com:99999/"),
            *("https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f000001/"),
            *("https://0177.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://1.2.3.0x4/"),
            *("https://169.254.169.254/latest/meta-data", "https://[::ffff:127.0.0.1]/"),
            *("https://[fe80::1%25eth0]/", "https://[64:ff9b::7f00:1]/", "https://[::1"),
            *("https://hooks.example.com/a b", "https://hooks.example.com/\r\nX: y"),
            *(
                "https://hooks.exa\nmple.com/",
                "https://hooks.example.com/\ta",
                "ht\ntps://a.example",
            ),
            *("https://hooks.example.com/#part", "https://hooks.example.com/é", "javascript:x"),
            *("https://-a.example.com/", "https://a..example.com/", "https://a_b,c.com/"),
            *("https://exa mple.com/", "https://example.com\\@127.0.0.1/", "https://%31.com/"),
            "https://example.com/" + "x" * 2000,
        ],
    )
    def test_it_refuses_what_is_no_address_of_a_receiver(self, url: str) -> None:
        with pytest.raises(AddressRefused) as refused:
            parse(url, allow_private=False)
        assert str(refused.value).endswith((".", "%20."))

    @pytest.mark.parametrize(
        ("url", "host", "header", "path"),
        [
            ("https://Hooks.Example.COM", "hooks.example.com", "hooks.example.com", "/"),
            ("https://a.example:443/b?c=d", "a.example", "a.example", "/b?c=d"),
            ("https://bücher.example/x", "xn--bcher-kva.example", "xn--bcher-kva.example", "/x"),
            ("https://[2606:4700::1]/", "2606:4700::1", "[2606:4700::1]", "/"),
            ("https://8.8.8.8/", "8.8.8.8", "8.8.8.8", "/"),
        ],
    )
    def test_it_takes_an_address_apart(self, url: str, host: str, header: str, path: str) -> None:
        target = parse(url, allow_private=False)
        assert (target.host, target.host_header, target.path) == (host, header, path)
        assert (target.scheme, target.port) == ("https", 443)


def test_it_agrees_with_the_standard_library_on_what_it_lets_through() -> None:
    """A coarse second opinion: nothing private, by Python's own list, is public by ours."""
    for first in range(256):
        for rest in ("0.0.1", "88.99.1", "168.1.1", "254.169.254", "64.0.1", "18.0.1"):
            address = f"{first}.{rest}"
            if ipaddress.ip_address(address).is_private:
                assert not is_public(address), address
