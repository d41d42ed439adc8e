"""cidrhost, cidrnetmask, cidrsubnet, cidrsubnets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeAlias

from cogcheck.terraform.functions.base import NUMBER, STRING, CannotTellError, Function, plain, whole

Number: TypeAlias = int | Decimal
Network: TypeAlias = IPv4Network | IPv6Network


def _network(prefix: str) -> Network:
    address, slash, length = prefix.partition("/")
    if not slash or not length.isdigit() or not length.isascii() or len(length) > 3 or "%" in address:
        raise ValueError(f"{prefix} is no CIDR prefix")
    if ":" in address:
        if "." in address:
            raise CannotTellError("an IPv6 address written with an IPv4 part is not read")
        return IPv6Network((address, int(length)), strict=False)
    # Terraform reads octets with leading zeros as decimal, which ipaddress refuses.
    octets = ".".join(part.lstrip("0") or "0" for part in address.split(".") if part)
    return IPv4Network((octets if address.count(".") == 3 else "", int(length)), strict=False)


def _host(prefix: str, number: Number) -> str:
    network = _network(prefix)
    if not isinstance(number, int):
        raise ValueError("a whole number is required")
    if not -network.num_addresses <= number < network.num_addresses:
        raise ValueError(f"{prefix} has no host {number}")
    base = int(network.network_address) + (number if number >= 0 else network.num_addresses + number)
    return str(network.network_address + (base - int(network.network_address)))


def _netmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version == 6:
        raise ValueError("IPv6 addresses have no netmask")
    return str(network.netmask)


def _subnet(prefix: str, bits: Number, number: Number) -> str:
    network, extra = _network(prefix), whole(bits)
    if not isinstance(number, int):
        raise ValueError("a whole number is required")
    length = network.prefixlen + extra
    if extra < 0 or length > network.max_prefixlen:
        raise ValueError(f"{prefix} cannot be extended by {extra} bits")
    if number < 0:
        raise CannotTellError("Terraform makes no sense of a negative subnet number")
    if number >= 1 << extra:
        raise ValueError(f"{extra} bits cannot hold subnet {number}")
    return _shown(int(network.network_address) + (number << (network.max_prefixlen - length)), length, network)


def _shown(address: int, length: int, network: Network) -> str:
    packed = address.to_bytes(network.max_prefixlen // 8, "big")
    return f"{ip_address(packed)}/{length}"


def _subnets(prefix: str, *bits: Number) -> list[str]:
    network = _network(prefix)
    found: list[str] = []
    at = int(network.network_address)
    end = at + network.num_addresses
    for one in bits:
        extra = whole(one)
        length = network.prefixlen + extra
        if not 1 <= extra <= 32 or length > network.max_prefixlen:
            raise ValueError(f"{prefix} cannot be extended by {extra} bits")
        size = 1 << (network.max_prefixlen - length)
        at = -(-at // size) * size
        if at + size > end:
            raise ValueError(f"{prefix} has no room left for a subnet of {length} bits")
        found.append(_shown(at, length, network))
        at += size
    return found


FUNCTIONS: Mapping[str, Function] = {
    "cidrhost": plain(_host, STRING, NUMBER),
    "cidrnetmask": plain(_netmask, STRING),
    "cidrsubnet": plain(_subnet, STRING, NUMBER, NUMBER),
    "cidrsubnets": plain(_subnets, STRING, rest=NUMBER),
}
