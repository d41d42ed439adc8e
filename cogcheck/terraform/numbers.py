"""Terraform's numbers: binary floats of 512 bits, read from and written as decimals.

A number is kept as an `int`, or as the shortest `Decimal` that stands for the same 512-bit float; that is also how
Terraform writes it. `log` and `pow` give floats of 53 bits, which are kept as `Double`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

BITS = 512
_DIGITS = 153
"""So many decimal digits survive a way through 512 bits unchanged."""
_MAGNITUDE = 1_000
"""The greatest power of ten that is worked with; more is a hostile input."""
_NUMBER = re.compile(r"([-+]?)([0-9]*)(?:\.([0-9]*))?(?:([eEpP])([-+]?[0-9]{1,12}))?\Z")


class Double(Decimal):
    """The shortest decimal of a 53-bit float."""


class TooLargeError(ArithmeticError):
    """A number that is not worth working with: infinite, or of thousands of digits."""


def parse(text: str) -> int | Decimal | None:
    """The number that a text stands for; None where Terraform reads no number in it. Raises TooLargeError."""
    if text.isascii() and text.isdigit() and len(text) < _DIGITS:
        return int(text)
    if text.lstrip("+-") in ("Inf", "inf") and len(text) <= 4:
        raise TooLargeError
    match = _NUMBER.match(text)
    if match is None or not (match[2] or match[3]):
        return None
    digits, point = (match[2] or "") + (match[3] or ""), len(match[3] or "")
    if len(digits) > _MAGNITUDE:
        raise TooLargeError
    exponent = int(match[5] or 0)
    if abs(exponent) > _MAGNITUDE:
        raise TooLargeError
    value = Fraction(int(digits)) / 10**point
    value *= Fraction(2) ** exponent if match[4] in ("p", "P") else Fraction(10) ** exponent
    return of(-value if match[1] == "-" else value)


def normal(value: int | Decimal) -> int | Decimal:
    """A number as written, as Terraform keeps it. Raises TooLargeError."""
    if isinstance(value, int):
        return value if value.bit_length() <= BITS else of(Fraction(value))
    if not value.is_finite() or abs(value.adjusted()) > _MAGNITUDE:
        raise TooLargeError
    digits = value.as_tuple().digits
    if len(digits) > _DIGITS or not digits[-1] or value == value.to_integral_value():
        return of(Fraction(value))
    return value


def exact(value: int | Decimal) -> Fraction:
    """The binary number that a kept number stands for."""
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, Double):
        return Fraction(float(value))
    mantissa, exponent = _rounded(Fraction(value), BITS)
    return Fraction(mantissa) * Fraction(2) ** exponent


def of(value: Fraction, bits: int = BITS) -> int | Decimal:
    """The number nearest to a fraction, ties to even. Raises TooLargeError."""
    if value == 0:
        return 0
    size = value.numerator.bit_length() - value.denominator.bit_length()
    if abs(size) > _MAGNITUDE * 4:
        raise TooLargeError
    mantissa, exponent = _rounded(value, bits)
    if exponent >= 0:
        return mantissa << exponent
    whole, rest = divmod(mantissa, 1 << -exponent)
    if not rest:
        return whole
    sign, digits, point = shortest(value, bits)
    text = Decimal(f"{'-' if sign else ''}0.{digits}E{point}")
    return Double(text) if bits != BITS else text


def negative(value: int | Decimal) -> int | Decimal:
    """The number with the other sign; Decimal's own minus would round it."""
    if isinstance(value, Double):
        return Double(value.copy_negate())
    return value.copy_negate() if isinstance(value, Decimal) else -value


def of_float(value: float) -> int | Decimal:
    """A 53-bit float. Raises TooLargeError where its digits in Terraform are not those of the whole number."""
    if value != value or value in (float("inf"), float("-inf")) or abs(value) > 2**53:
        raise TooLargeError
    return int(value) if value == int(value) else Double(repr(value))


def precision(*values: int | Decimal) -> int:
    """The bits that the result of an operation has."""
    return 53 if all(isinstance(value, Double) for value in values) else BITS


def text(value: int | Decimal) -> str:
    """A number as Terraform writes it into strings: all digits, no exponent."""
    if isinstance(value, int):
        if value.bit_length() <= BITS:
            return str(value)
        sign, digits, point = shortest(Fraction(value), BITS)
        return ("-" if sign else "") + digits + "0" * (point - len(digits))
    return format(value, "f")


def short_text(value: int | Decimal) -> str:
    """A number as `%v` writes it: with an exponent where that is below -4 or above 5."""
    if value == 0:
        return "0"
    sign, digits, point = decimal_digits(value)
    exponent = point - 1
    if -4 <= exponent < 6:
        return text(value)
    mark = "-" if exponent < 0 else "+"
    return f"{'-' if sign else ''}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{mark}{abs(exponent):02d}"


def decimal_digits(value: int | Decimal) -> tuple[bool, str, int]:
    """Sign, shortest digits d and point p of a number that is not 0: its absolute value is 0.d times ten to the p."""
    if isinstance(value, int):
        if value.bit_length() > BITS:
            return shortest(Fraction(value), BITS)
        digits = str(abs(value))
        return value < 0, digits.rstrip("0"), len(digits)
    parts = value.as_tuple()
    digits = "".join(map(str, parts.digits))
    return bool(parts.sign), digits.rstrip("0"), len(digits) + int(parts.exponent)


def exact_decimal(value: int | Decimal) -> Decimal:
    """All decimal digits of the binary number that a kept number stands for."""
    fraction = exact(value)
    shift = fraction.denominator.bit_length() - 1
    digits = tuple(int(digit) for digit in str(abs(fraction.numerator) * 5**shift))
    return Decimal((int(fraction < 0), digits, -shift))


def _rounded(value: Fraction, bits: int) -> tuple[int, int]:
    """Mantissa of at most so many bits, and exponent of two."""
    top, bottom = abs(value.numerator), value.denominator
    shift = bits - (top.bit_length() - bottom.bit_length())
    while True:
        divisor = bottom if shift >= 0 else bottom << -shift
        whole, rest = divmod(top << max(shift, 0), divisor)
        if whole.bit_length() <= bits:
            break
        shift -= 1
    twice = 2 * rest
    if twice > divisor or (twice == divisor and whole & 1):
        whole += 1
    return (-whole if value < 0 else whole), -shift


def shortest(value: Fraction, bits: int) -> tuple[bool, str, int]:
    """Sign, digits d and point p of the shortest decimal 0.d * 10**p that reads back as the same float.

    This finds the digits as Go's math/big does: the first prefix at which rounding stays within half a unit of the
    last place.
    """
    mantissa, exponent = _rounded(value, bits)
    sign, mantissa = mantissa < 0, abs(mantissa)
    missing = bits - mantissa.bit_length()
    mantissa, exponent = mantissa << missing, exponent - missing
    number, point = _expansion(mantissa << 1, exponent - 1)
    low, _ = _expansion((mantissa << 1) - 1, exponent - 1)
    high, _ = _expansion((mantissa << 1) + 1, exponent - 1)
    inclusive = mantissa & 1 == 0
    for index, digit in enumerate(number):
        lower = low[index] if index < len(low) else "0"
        upper = high[index] if index < len(high) else "0"
        down = lower != digit or (inclusive and index + 1 == len(low))
        up = digit != upper and (inclusive or chr(ord(digit) + 1) < upper or index + 1 < len(high))
        if down or up:
            return _cut(sign, number, point, index + 1, _rounds_up(number, index + 1) if down and up else up)
    return sign, number, point


def _rounds_up(digits: str, count: int) -> bool:
    rest = digits[count:]
    if rest == "5":
        return count > 0 and int(digits[count - 1]) % 2 == 1
    return rest >= "5"


def _cut(sign: bool, digits: str, point: int, count: int, up: bool) -> tuple[bool, str, int]:
    head = digits[:count]
    if up:
        raised = str(int(head) + 1)
        point += len(raised) - len(head)
        head = raised
    return sign, head.rstrip("0") or "0", point


def _expansion(mantissa: int, exponent: int) -> tuple[str, int]:
    """All decimal digits of mantissa * 2**exponent, without trailing zeros, and the point."""
    if exponent >= 0:
        digits = str(mantissa << exponent)
        return digits.rstrip("0"), len(digits)
    digits = str(mantissa * 5**-exponent)
    return digits.rstrip("0"), len(digits) + exponent
