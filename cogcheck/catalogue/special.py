"""Formats of texts, and the few questions about user pools that the closed vocabulary cannot ask.

The only code that may know what a user pool is. A format is a total function in linear time from a text to a bool;
an empty text passes where the provider takes it for "not set".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from cogcheck.answer import Answer, Place, Truth, all_of
from cogcheck.catalogue.paths import Subject, entries
from cogcheck.catalogue.predicates import Test, text_of, to_number, truth
from cogcheck.catalogue.references import is_arn_of, is_own_arn, reference
from cogcheck.model import Known, ListValue, ObjectValue, Unknown, Value

_POOL_NAME = re.compile(r"[A-Za-z0-9_\s+=,.@-]+")
_POOL_ID = re.compile(r"(?=.{1,55}\Z)[A-Za-z0-9_-]+_[0-9A-Za-z]+", re.DOTALL)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}")
_PARTITION = re.compile(r"aws(?:-[a-z]+)*")
_ACCOUNT = re.compile(r"aws|aws-managed|aws-marketplace|third-party|partner-managed|[0-9]{12}|cw.{10}")
_API_ARN = re.compile(r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:[0-9]+:[\w+=/,.@-]+(?::[\w+=/,.@-]+){0,2}", re.ASCII)
_CONFIGURATION_SET = re.compile(r"[A-Za-z0-9_-]{0,64}")

_API_ARN_LENGTHS = range(20, 2049)
_WRITABLE = frozenset("LMSNP")
"""First letters of the Unicode categories that Cognito's patterns allow: letters, marks, symbols, numbers, punctuation.

Unassigned characters (Cn) are allowed too here: they may be assigned where Cognito runs.
"""

_STRING_ATTRIBUTES = frozenset(
    (
        "address",
        "birthdate",
        "email",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "preferred_username",
        "profile",
        "sub",
        "website",
        "zoneinfo",
    )
)
_STANDARD_ATTRIBUTES = _STRING_ATTRIBUTES | {"updated_at"}

_SPECIALS = frozenset('()<>[]:;@\\,."')
"""What RFC 5322 allows in a display name only within double quotes."""


def _is_writable(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in _WRITABLE or category == "Cn"


def is_email_text(text: str) -> bool:
    """Whether Cognito's pattern for email subjects and bodies allows every character.

    The pattern's white space may or may not hold for the non-ASCII spaces, so those pass.
    """
    return all(char in "\t\n\v\f\r" or char.isspace() or _is_writable(char) for char in text)


def is_attribute_name(text: str) -> bool:
    """Whether Cognito's pattern for the names of schema attributes allows every character; it has no white space."""
    return all(map(_is_writable, text))


def has_link_placeholder(text: str) -> bool:
    """Whether a text holds `{##...##}`, with anything (or nothing) that may stand in an email between the marks."""
    return any(_marks_a_link(run) for run in _runs(text))


def _runs(text: str) -> list[str]:
    """The longest pieces of which every character may stand in an email."""
    return "".join(char if is_email_text(char) else "\0" for char in text).split("\0")


def _marks_a_link(text: str) -> bool:
    start = text.find("{##")
    return start >= 0 and text.rfind("##}") >= start + len("{##")


def arn_parts(text: str) -> list[str] | None:
    """Partition, service, Region, account and resource of an ARN in the form that the provider asks for."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        return None
    _, partition, _, region, account, resource = parts
    fits = (
        _PARTITION.fullmatch(partition)
        and (not region or _REGION.fullmatch(region))
        and (not account or _ACCOUNT.fullmatch(account))
        and resource
    )
    return parts[1:] if fits else None


def is_arn(text: str) -> bool:
    """Whether the provider takes a text for an ARN; it takes an empty one too."""
    return not text or arn_parts(text) is not None


def is_api_arn(text: str) -> bool:
    """Whether Cognito's own pattern for ARNs matches: an account number, no `$`, 20 to 2048 characters."""
    return not text or (len(text) in _API_ARN_LENGTHS and _API_ARN.fullmatch(text) is not None)


def _arn_of(service: str, resource: str) -> Callable[[str], bool]:
    """A format that only refuses what is an ARN, but not of such a resource: the rest is another rule's finding."""

    def check(text: str) -> bool:
        parts = arn_parts(text)
        return parts is None or (parts[1] == service and parts[4].startswith(resource))

    return check


def is_reply_to_address(text: str) -> bool:
    """Whether a text is one bare email address as Cognito's pattern has it, or empty."""
    return not text or (is_attribute_name(text) and "@" in text[1:-1])


def is_sender(text: str) -> bool:
    """Whether a text is an address, or a display name and an address in angle brackets; or empty."""
    if not text:
        return True
    address, _ = _sender(text)
    return address is not None


def is_quoted_sender(text: str) -> bool:
    """Whether the display name of a sender, if it holds a special character of RFC 5322, is in double quotes."""
    _, name = _sender(text)
    return not name or _is_quoted(name) or not _SPECIALS.intersection(name)


def _sender(text: str) -> tuple[str | None, str]:
    """The address (None where there is none) and the display name of a sender."""
    stripped = text.strip()
    if not stripped.endswith(">"):
        return (stripped if _is_address(stripped) else None), ""
    name, bracket, address = stripped[:-1].rpartition("<")
    return (address if bracket and _is_address(address.strip()) else None), name.strip()


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    quoted = len(local) > 2 and _is_quoted(local)
    return bool(
        at
        and local
        and domain
        and is_attribute_name(domain)
        and not set("<>,;").intersection(domain)
        and (quoted or (is_attribute_name(local) and not set("<>,;@").intersection(local)))
    )


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'


def is_number(text: str) -> bool:
    """Whether a text is a number as Terraform reads it."""
    return to_number(text.strip()) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "api_arn": is_api_arn,
    "arn": is_arn,
    "attribute_name": is_attribute_name,
    "email_text": is_email_text,
    "iam_role_arn": _arn_of("iam", "role/"),
    "integer": lambda text: isinstance(to_number(text.strip()), int),
    "kms_key_arn": _arn_of("kms", ""),
    "lambda_arn": _arn_of("lambda", "function:"),
    "link_placeholder": has_link_placeholder,
    "number": is_number,
    "pool_id": lambda text: _POOL_ID.fullmatch(text) is not None,
    "pool_name": lambda text: _POOL_NAME.fullmatch(text) is not None,
    "quoted_sender": is_quoted_sender,
    "region": lambda text: _REGION.fullmatch(text) is not None,
    "region_or_empty": lambda text: not text or _REGION.fullmatch(text) is not None,
    "reply_to_address": is_reply_to_address,
    "sender": is_sender,
    "ses_configuration_set": lambda text: _CONFIGURATION_SET.fullmatch(text) is not None,
    "ses_identity_arn": _arn_of("ses", "identity/"),
    "standard_attribute": _STANDARD_ATTRIBUTES.__contains__,
    "string_attribute": _STRING_ATTRIBUTES.__contains__,
}
"""The named formats of conditions (`is_a`) and facts (`pattern`)."""

ARN_TYPES: Mapping[str, frozenset[str]] = {
    "iam_role_arn": frozenset({"aws_iam_role", "aws_iam_service_linked_role"}),
    "kms_key_arn": frozenset(
        {"aws_kms_alias", "aws_kms_external_key", "aws_kms_key", "aws_kms_replica_external_key", "aws_kms_replica_key"}
    ),
    "lambda_arn": frozenset({"aws_lambda_alias", "aws_lambda_function"}),
    "ses_identity_arn": frozenset(
        {
            "aws_ses_domain_identity",
            "aws_ses_domain_identity_verification",
            "aws_ses_email_identity",
            "aws_sesv2_email_identity",
        }
    ),
}
"""The resource types whose ARN is of a format, so that a reference to another type's is not."""


def refers_to_arn(format_: str, value: Value) -> Truth:
    """Whether a reference is to a resource whose ARN is of this format."""
    return is_arn_of(value, ARN_TYPES[format_]) if format_ in ARN_TYPES else Truth.CANNOT_TELL


def _each(test: Test) -> Callable[[Subject, Sequence[str]], Answer]:
    """Whether every argument at the paths that is set passes a test."""

    def predicate(subject: Subject, paths: Sequence[str]) -> Answer:
        return all_of(answer for path in paths for answer in _tested(subject, path, test))

    return predicate


def _tested(subject: Subject, path: str, test: Test) -> list[Answer]:
    selection = subject.select(path)
    answers = [_told(place, test(place.value)) for place in selection.places if place.value is not None]
    if selection.reasons:
        answers.append(Answer(Truth.CANNOT_TELL, reasons=selection.reasons))
    return answers


def _told(place: Place, found: Truth) -> Answer:
    unsure = found is Truth.CANNOT_TELL and isinstance(place.value, Unknown)
    return Answer(found, (place,), (place.value.reason,) if unsure and isinstance(place.value, Unknown) else ())


_WITH_ACCOUNT = frozenset(
    {
        "aws_iam_role",
        "aws_kms_alias",
        "aws_kms_key",
        "aws_lambda_alias",
        "aws_lambda_function",
        "aws_ses_domain_identity",
        "aws_ses_email_identity",
        "aws_sesv2_email_identity",
    }
)
"""Types whose `arn` holds an account number and no qualifier that Cognito refuses."""


def _accepted_arn(value: Value) -> Truth:
    """Whether Cognito accepts an ARN that the provider accepts; a dollar sign in a known piece of it decides, too."""
    if isinstance(value, Known):
        text = text_of(value.value)
        return truth(is_api_arn(text) or not is_arn(text))
    if isinstance(value, Unknown) and any("$" in piece for piece in value.literals):
        return Truth.NO
    found = reference(value)
    return Truth.YES if found is not None and is_own_arn(value) and found.type in _WITH_ACCOUNT else Truth.CANNOT_TELL


def _no_reserved_keys(subject: Subject, paths: Sequence[str]) -> Answer:
    """Whether no key of each map begins with what AWS keeps for itself."""
    selections = [subject.select(path) for path in paths]
    return all_of(answer for selection in selections for place in selection.places for answer in _keys(place))


def _keys(place: Place) -> list[Answer]:
    value = place.value
    if not isinstance(value, ObjectValue):
        return [Answer(Truth.CANNOT_TELL, (place,), (value.reason,) if isinstance(value, Unknown) else ())]
    reserved = [Answer(Truth.NO, (key,)) for key, _ in entries(place, value) if _is_reserved(key.value)]
    open_ = [Answer(Truth.CANNOT_TELL, (place,), ("the map may have further keys",))] if value.open else []
    return [*reserved, *open_]


def _is_reserved(key: Value | None) -> bool:
    return isinstance(key, Known) and text_of(key.value).lower().startswith("aws:")


def _filled_list(subject: Subject, paths: Sequence[str]) -> Answer:
    """Whether each list is written and has an item."""
    return all_of(answer for path in paths for answer in _filled(subject, path))


def _filled(subject: Subject, path: str) -> list[Answer]:
    selection = subject.select(path)
    missing = () if selection.reasons else selection.missing
    return [*_tested(subject, path, _has_items), *(Answer(Truth.NO, (place,)) for place in missing)]


def _has_items(value: Value) -> Truth:
    if not isinstance(value, ListValue):
        return Truth.CANNOT_TELL
    return Truth.CANNOT_TELL if value.open and not value.items else truth(bool(value.items))


def _trust(name: str) -> Callable[[Subject, tuple[str, ...]], Answer]:
    """A predicate about the policies of other resources, whose code is only loaded where it is asked."""

    def predicate(subject: Subject, paths: tuple[str, ...]) -> Answer:
        from cogcheck.catalogue import trust

        answer: Answer = getattr(trust, name)(subject, paths)
        return answer

    return predicate


NAMED: Mapping[str, Callable[[Subject, tuple[str, ...]], Answer]] = {
    "api_arns": _each(_accepted_arn),
    "cognito_may_assume": _trust("cognito_may_assume"),
    "cognito_may_invoke": _trust("cognito_may_invoke"),
    "external_id_agrees": _trust("external_id_agrees"),
    "filled_list": _filled_list,
    "tags_without_reserved_keys": _no_reserved_keys,
}
"""The named predicates: each asks something of every argument at its paths, mostly of those that are set."""

PATHS: Mapping[str, int] = {"cognito_may_assume": 1, "external_id_agrees": 2}
"""How many paths a named predicate takes that does not take as many as there are."""
