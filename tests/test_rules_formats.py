"""The named formats: what they accept, what not, and that nothing makes them fail or slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogcheck.catalogue.special import FORMATS

ACCEPTED = {
    "api_arn": [
        "",
        "arn:aws:lambda:eu-west-1:123456789012:function:f",
        "arn:aws:lambda:eu-west-1:123456789012:function:f:live",
        "arn:aws:iam::123456789012:role/service-role/sms",
        "arn:aws:ses:eu-west-1:123456789012:identity/john+codes@example.com",
    ],
    "arn": [
        "",
        "arn:aws:iam::123456789012:role/sms",
        "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f:$LATEST",
        "arn:aws:iam::aws:policy/x",
        "arn:aws:events:eu-west-1:cw0123456789:x",
        "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f",
        "arn:aws:x:::y",
    ],
    "attribute_name": ["a", "größe", "a:b", "€", "日本"],
    "email_text": ["", "Hello,\r\n\tyou", "Größe — 5 £ 👍🏽 ☎️", "a\u00a0b"],
    "iam_role_arn": ["arn:aws:iam::123456789012:role/sms", "no arn at all"],
    "integer": ["0", "-1", "10", "1e3"],
    "kms_key_arn": ["arn:aws:kms:eu-west-1:123456789012:key/1", "arn:aws:kms:eu-west-1:123456789012:alias/codes"],
    "lambda_arn": ["arn:aws:lambda:eu-west-1:123456789012:function:f:1", "no arn at all", ""],
    "link_placeholder": ["{##Click Here##}", "{####}", "{#####}", "a {##b##} c", "\u200d{##x##}", "{##{##x##}"],
    "number": ["0", "-1.5", "10", " 7 "],
    "pool_id": ["eu-west-1_Foo123", "ap-southeast-2_BaRBaz987", "us-west-2_abc123"],
    "pool_name": ["a", "Ex_ample pool+1=,.@-", "a" * 128],
    "quoted_sender": [
        "john@example.com",
        "John Smith <john@example.com>",
        '"John Smith Ph.D." <john@example.com>',
        "Jörg's & Co <a@example.com>",
    ],
    "region": ["eu-west-1", "us-gov-west-1", "ap-southeast-10", "eusc-de-east-1"],
    "region_or_empty": ["", "eu-west-1"],
    "reply_to_address": ["", "a@b", "support+codes@example.com", "jörg@exämple.com"],
    "sender": [
        "",
        "john@example.com",
        "John Smith <john@example.com>",
        "<john@example.com>",
        '"John, Smith" <john@example.com>',
        "john@example.com <john@example.com>",
        '"john smith"@example.com',
    ],
    "ses_configuration_set": ["", "codes_2024-a", "a" * 64],
    "ses_identity_arn": ["arn:aws:ses:eu-west-1:123456789012:identity/example.com", "no arn at all"],
    "standard_attribute": ["email", "sub", "updated_at"],
    "string_attribute": ["email", "sub", "birthdate"],
}

REFUSED = {
    "api_arn": [
        "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST",
        "arn:aws:lambda:eu-west-1::function:f",
        "arn:aws:iam::aws:policy/x",
        "arn:aws:lambda:eu-west-1:123456789012:function:f:a:b:c",
        "arn:a:b:c:1:d",
        "arn:aws:iam::123456789012:role/" + "a" * 2048,
        "x",
    ],
    "arn": [
        "my-function",
        "arn:aws:lambda",
        "arn:gcp:lambda:eu-west-1:123456789012:function:f",
        "arn:aws:lambda:europe:123456789012:function:f",
        "arn:aws:lambda:eu-west-1:12345:function:f",
        "arn:aws:lambda:eu-west-1:123456789012:",
        "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/x/invocations",
    ],
    "attribute_name": ["a b", "a\nb", "a\u00a0b", "a\u200db"],
    "email_text": ["a\u00adb", "a\u200db", "a\ufeffb", "a\0b", "a\ue000b"],
    "iam_role_arn": ["arn:aws:iam::123456789012:user/sms", "arn:aws:sns:eu-west-1:123456789012:role/x"],
    "integer": ["", "1.5", "x", "0x10"],
    "kms_key_arn": ["arn:aws:s3:eu-west-1:123456789012:keys"],
    "lambda_arn": [
        "arn:aws:sns:eu-west-1:123456789012:topic",
        "arn:aws:lambda:eu-west-1:123456789012:layer:l:1",
    ],
    "link_placeholder": ["", "{##", "{##}", "{###}", "##}{##", "{##a##", "{# #x# #}", "{##a\0b##}"],
    "number": ["", "abc", "1,000", "∞", "0x10"],
    "pool_id": ["", "foo", "us-east-1-Foo123", "eu-central-2_Bar+4", "a_b\n", "a" * 54 + "_b"],
    "pool_name": ["", "a!b", "a/b", "Größe"],
    "quoted_sender": [
        "John Smith Ph.D. <john@example.com>",
        "Smith, John <john@example.com>",
        "john@example.com <john@example.com>",
        'John "Jack" Smith <john@example.com>',
    ],
    "region": ["", "Ireland", "eu-west", "EU-WEST-1", "eu-west-1 "],
    "region_or_empty": ["europe", " "],
    "reply_to_address": ["a", "@", "a@", "@b", "Name <a@b>", "a b@c"],
    "sender": [
        "Example Inc.",
        "John <john>",
        "John <>",
        "John <john@example.com",
        "john@",
        "@example.com",
        "<>",
        "a b@c",
    ],
    "ses_configuration_set": ["has space", "arn:aws:ses:x", "a" * 65, "ä"],
    "ses_identity_arn": [
        "arn:aws:ses:eu-west-1:123456789012:configuration-set/x",
        "arn:aws:sns:eu-west-1:123456789012:identity/x",
    ],
    "standard_attribute": ["", "Email", "email_verified", "phone_number_verified", "custom"],
    "string_attribute": ["updated_at", "plan"],
}


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in table.items() for text in texts]


def test_every_format_is_tried() -> None:
    assert set(ACCEPTED) == set(REFUSED) == set(FORMATS)


@pytest.mark.parametrize(("name", "text"), pairs(ACCEPTED))
def test_accepted(name: str, text: str) -> None:
    assert FORMATS[name](text)


@pytest.mark.parametrize(("name", "text"), pairs(REFUSED))
def test_refused(name: str, text: str) -> None:
    assert not FORMATS[name](text)


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None)
@given(text=st.text(st.characters()) | st.from_regex(r"[arn:{#}<>@ \"0-9-]*", fullmatch=True))
def test_formats_are_total(name: str, text: str) -> None:
    assert FORMATS[name](text) in (True, False)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("piece", ["a", "{##", "##}", "-a", "<", ">", '"', "@", ":", " ", "1", "arn:aws:"])
def test_formats_are_linear(name: str, piece: str) -> None:
    started = time.perf_counter()
    FORMATS[name](piece * 100_000)
    FORMATS[name]("arn:" + piece * 100_000 + ">")
    assert time.perf_counter() - started < 5
