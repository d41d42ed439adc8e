"""The packs: what they switch on and preset, and the verdicts of the sources that they are named after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cogcheck.catalogue.configured import OptionError
from cogcheck.catalogue.load import catalogue
from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.scan import scan
from cogcheck.selection import select

POLICIES = [rule for rule in catalogue().rules if rule.packs]
PACKS = ("aws-fsbp", "cdk-nag", "prowler", "recommended")


def judged(body: str, packs: tuple[str, ...], **options: dict[str, object]) -> Report:
    text = body if "resource " in body else f'resource "aws_cognito_user_pool" "p" {{\n  name = "p"\n{body}\n}}\n'
    names = {name.replace("_", "-"): values for name, values in options.items()}
    return scan(["-"], Options(packs=packs, rule_options=names, stdin=text.encode(), stdin_filename="main.tf"))


def slugs(body: str, *packs: str, **options: dict[str, object]) -> set[str]:
    """The policies that a pool breaks."""
    policies = {rule.slug for rule in POLICIES}
    return {one.slug for one in judged(body, packs, **options).findings} & policies


def test_no_policy_is_on_by_default() -> None:
    assert slugs("") == set()


def test_policies_are_warnings_of_known_packs_with_sources() -> None:
    assert {rule.severity for rule in POLICIES} == {"warning"}
    assert {pack for rule in POLICIES for pack in rule.packs} == set(PACKS)
    assert all(rule.sources for rule in POLICIES)
    assert all(rule.id.startswith("COG9") for rule in POLICIES)
    assert all(set(rule.pack_options) <= set(rule.packs) for rule in POLICIES)
    assert all(set(values) <= set(rule.options) for rule in POLICIES for values in rule.pack_options.values())


@pytest.mark.parametrize(
    ("pack", "sources"),
    [
        ("aws-fsbp", {f"SecurityHub:Cognito.{number}" for number in (1, 3, 4, 5, 6)}),
        ("cdk-nag", {f"cdk-nag:AwsSolutions-COG{number}" for number in (1, 2, 8)}),
        (
            "prowler",
            {
                f"prowler:cognito_user_pool_{name}"
                for name in (
                    "advanced_security_enabled",
                    "blocks_compromised_credentials_sign_in_attempts",
                    "blocks_potential_malicious_sign_in_attempts",
                    "deletion_protection_enabled",
                    "mfa_enabled",
                    "password_policy_lowercase",
                    "password_policy_minimum_length_14",
                    "password_policy_number",
                    "password_policy_symbol",
                    "password_policy_uppercase",
                    "self_registration_disabled",
                    "temporary_password_expiration",
                    "waf_acl_attached",
                )
            },
        ),
    ],
)
def test_a_pack_covers_its_source(pack: str, sources: set[str]) -> None:
    prefix = next(iter(sources)).partition(":")[0]
    named = {source for rule in POLICIES if pack in rule.packs for source in rule.sources}
    assert {source for source in named if source.startswith(f"{prefix}:")} == sources


BARE = ""
PASSWORDS = {
    "passwords-without-lowercase",
    "passwords-without-numbers",
    "passwords-without-symbols",
    "passwords-without-uppercase",
}
STRONG = """
  password_policy {
    minimum_length    = 8
    require_uppercase = true
    require_numbers   = true
    require_symbols   = true
  }
"""


@pytest.mark.parametrize(
    ("body", "pack", "expected"),
    [
        # A pool without any setting has AWS's password policy; everything else is off.
        (
            BARE,
            "aws-fsbp",
            {
                "custom-auth-without-threat-protection",
                "deletion-protection-off",
                "mfa-not-required",
                "threat-protection-not-enforced",
            },
        ),
        # cdk-nag's test reports COG1 here, too: it does not know AWS's own policy (cdk-nag 1577).
        (BARE, "cdk-nag", {"feature-plan-below-plus", "mfa-not-required"}),
        (
            BARE,
            "prowler",
            {
                "deletion-protection-off",
                "mfa-not-required",
                "self-registration",
                "short-passwords",
                "threat-protection-not-enforced",
            },
        ),
        (
            BARE,
            "recommended",
            {"case-sensitive-usernames", "deletion-protection-off", "implicit-account-recovery", "mfa-not-required"},
        ),
    ],
)
def test_a_bare_pool(body: str, pack: str, expected: set[str]) -> None:
    assert slugs(body, pack) == expected


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        (STRONG, set()),
        (STRONG.replace("    require_symbols   = true\n", ""), {"passwords-without-symbols"}),
        (STRONG.replace("= 8", "= 7"), {"short-passwords"}),
    ],
)
def test_strong_passwords_as_cdk_nag_tests_them(body: str, broken: set[str]) -> None:
    assert slugs(body, "cdk-nag") - {"feature-plan-below-plus", "mfa-not-required"} == broken


TOTP = "software_token_mfa_configuration {\n  enabled = true\n}"


@pytest.mark.parametrize(
    ("mode", "pack", "broken"),
    [
        ("OFF", "cdk-nag", True),
        ("OPTIONAL", "cdk-nag", True),
        ("ON", "cdk-nag", False),
        ("OPTIONAL", "prowler", True),
        ("ON", "prowler", False),
        ("OFF", "aws-fsbp", True),
        ("OPTIONAL", "aws-fsbp", False),
        ("OPTIONAL", "recommended", False),
    ],
)
def test_mfa_as_each_source_wants_it(mode: str, pack: str, broken: bool) -> None:
    body = f'mfa_configuration = "{mode}"\n{TOTP if mode != "OFF" else ""}'
    assert ("mfa-not-required" in slugs(body, pack)) is broken


@pytest.mark.parametrize(
    ("factors", "packs", "broken"),
    [
        ('["PASSWORD"]', ("aws-fsbp",), True),
        ('["PASSWORD", "WEB_AUTHN"]', ("aws-fsbp",), False),
        ('["PASSWORD", "WEB_AUTHN"]', ("prowler",), True),
        ('["PASSWORD", "WEB_AUTHN"]', ("prowler", "recommended"), True),
        ('["PASSWORD", "WEB_AUTHN"]', ("recommended", "prowler"), False),
        ("var.factors", ("aws-fsbp",), False),
    ],
)
def test_aws_asks_for_mfa_where_only_passwords_are_allowed(factors: str, packs: tuple[str, ...], broken: bool) -> None:
    body = f"sign_in_policy {{\n  allowed_first_auth_factors = {factors}\n}}"
    assert ("mfa-not-required" in slugs(body, *packs)) is broken


@pytest.mark.parametrize(
    ("mode", "options", "broken"),
    [
        ("OFF", {}, True),
        ("AUDIT", {}, True),
        ("AUDIT", {"allow-audit": True}, False),
        ("ENFORCED", {}, False),
    ],
)
def test_threat_protection_as_security_hub_and_prowler_want_it(
    mode: str, options: dict[str, object], broken: bool
) -> None:
    body = f'user_pool_tier = "PLUS"\nuser_pool_add_ons {{\n  advanced_security_mode = "{mode}"\n}}'
    found = slugs(body, "prowler", "aws-fsbp", threat_protection_not_enforced=options)
    assert ("threat-protection-not-enforced" in found) is broken


@pytest.mark.parametrize(
    ("length", "packs", "options", "broken"),
    [
        (None, ("aws-fsbp",), {}, False),
        (None, ("prowler",), {}, True),
        (None, ("aws-fsbp", "prowler"), {}, True),
        (None, ("prowler",), {"min": 8}, False),
        (8, ("aws-fsbp",), {}, False),
        (7, ("aws-fsbp",), {}, True),
        (13, ("prowler",), {}, True),
        (14, ("prowler",), {}, False),
        ('"14"', ("prowler",), {}, False),
        (15, ("recommended",), {"min": 16}, True),
    ],
)
def test_the_length_of_passwords(
    length: object, packs: tuple[str, ...], options: dict[str, object], broken: bool
) -> None:
    body = "" if length is None else f"password_policy {{\n  minimum_length = {length}\n}}"
    assert ("short-passwords" in slugs(body, *packs, short_passwords=options)) is broken


@pytest.mark.parametrize(("days", "broken"), [(None, False), (0, False), (7, False), (8, True)])
def test_temporary_passwords(days: int | None, broken: bool) -> None:
    line = "" if days is None else f"temporary_password_validity_days = {days}"
    body = f"password_policy {{\n  minimum_length = 14\n  {line}\n}}"
    assert ("long-lived-temporary-password" in slugs(body, "prowler")) is broken


def test_a_flag_that_is_missing_in_a_policy_is_false() -> None:
    assert slugs("password_policy {\n  minimum_length = 14\n}", "prowler") & PASSWORDS == PASSWORDS
    assert slugs(BARE, "prowler") & PASSWORDS == set()


CUSTOM = """
lambda_config {
  define_auth_challenge = "arn:aws:lambda:eu-west-1:123456789012:function:challenge"
}
"""


@pytest.mark.parametrize(
    ("body", "every_pool", "broken"), [(BARE, True, True), (BARE, False, False), (CUSTOM, False, True)]
)
def test_custom_authentication_as_security_hub_wants_it(body: str, every_pool: bool, broken: bool) -> None:
    slug = "custom-auth-without-threat-protection"
    assert slug in slugs(body, "aws-fsbp")
    found = slugs(body, "aws-fsbp", custom_auth_without_threat_protection={"every-pool": every_pool})
    assert (slug in found) is broken


RISKY = """
resource "aws_cognito_user_pool" "p" {
  name           = "p"
  user_pool_tier = "PLUS"
  user_pool_add_ons {
    advanced_security_mode = "ENFORCED"
  }
}
resource "aws_cognito_risk_configuration" "p" {
  user_pool_id = aws_cognito_user_pool.p.id
  account_takeover_risk_configuration {
    actions {
      low_action {
        event_action = "LOW"
        notify       = false
      }
      medium_action {
        event_action = "BLOCK"
        notify       = false
      }
      high_action {
        event_action = "BLOCK"
        notify       = false
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("low", "options", "broken"),
    [
        ("BLOCK", {}, False),
        ("MFA_REQUIRED", {}, True),
        ("MFA_REQUIRED", {"actions": ["BLOCK", "MFA_REQUIRED"]}, False),
        ("NO_ACTION", {"actions": ["BLOCK", "MFA_REQUIRED"]}, True),
    ],
)
def test_account_takeover_as_prowler_wants_it(low: str, options: dict[str, object], broken: bool) -> None:
    found = slugs(RISKY.replace('"LOW"', f'"{low}"'), "prowler", account_takeover_not_blocked=options)
    assert ("account-takeover-not-blocked" in found) is broken


def test_a_pack_and_a_selected_policy() -> None:
    rules = catalogue()
    named = select(rules, Options(select=("short-passwords",)))
    assert named.ids == {"COG9006"}
    of_pack = select(rules, Options(select=("COG9",), packs=("cdk-nag",)))
    assert of_pack.ids == {rule.id for rule in POLICIES if "cdk-nag" in rule.packs}


def test_messages_name_the_options() -> None:
    report = judged(BARE, ("prowler",))
    messages = {one.slug: one.message for one in report.findings}
    assert messages["short-passwords"] == "passwords need at least 14 characters, but minimum_length is not set"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(packs=("prowlr",)), 'there is no pack "prowlr"; did you mean prowler?'),
        (
            Options(packs=("nist",)),
            'there is no pack "nist": there are aws-fsbp, cdk-nag, prowler, recommended',
        ),
        (
            Options(rule_options={"COG9006": {"mim": 9}}),
            'short-passwords has no option "mim": it has "min"',
        ),
        (
            Options(rule_options={"short-passwords": {"min": "9"}}),
            "the option min of short-passwords has to be a number, not 9",
        ),
        (
            Options(rule_options={"mfa-not-required": {"allow-optional": 1}}),
            "the option allow-optional of mfa-not-required has to be true or false, not 1",
        ),
        (
            Options(rule_options={"guessable-external-id": {"forbidden": [["a"]]}}),
            "the option forbidden of guessable-external-id has to be a list of values, not ",
        ),
    ],
)
def test_options_that_are_none_are_told(options: Options, message: str) -> None:
    with pytest.raises(OptionError) as raised:
        scan(["-"], replace(options, stdin=b"", stdin_filename="main.tf"))
    assert str(raised.value).startswith(message)
