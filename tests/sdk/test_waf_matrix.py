"""Every statement that looks at a part of the request, on every such part; every transformation;
every action with everything that it takes. One web ACL holds them all: a rule matches only requests
that carry its number, so each is judged apart. Each has a request that must be refused and the one
most like it that must pass."""

import base64
import itertools
import json
import pathlib
import ssl
import socket
import time
import urllib.parse

import pytest

from conftest import byte_match, rule

MARK = "x-case"
NONE = [{"Priority": 0, "Type": "NONE"}]
DECODED = [{"Priority": 0, "Type": "URL_DECODE"}]
OVERSIZE = {"OversizeHandling": "CONTINUE"}
ALL = {"MatchPattern": {"All": {}}, "MatchScope": "VALUE", "OversizeHandling": "CONTINUE"}


def quoted(text):
    return urllib.parse.quote(text, safe="")


# field: (FieldToMatch, request that carries a text in it: (path, named arguments)).
FIELDS = {
    "SingleHeader": ({"SingleHeader": {"Name": "X-Test"}}, lambda t: ("/", {"headers": {"x-test": t}})),
    "SingleQueryArgument": (
        {"SingleQueryArgument": {"Name": "q"}}, lambda t: (f"/?a=1&q={quoted(t)}", {})),
    "AllQueryArguments": ({"AllQueryArguments": {}}, lambda t: (f"/?a=1&b={quoted(t)}", {})),
    "UriPath": ({"UriPath": {}}, lambda t: (f"/{quoted(t)}", {})),
    "QueryString": ({"QueryString": {}}, lambda t: (f"/?{quoted(t)}", {})),
    "Body": ({"Body": OVERSIZE}, lambda t: ("/", {"method": "POST", "body": t.encode()})),
    "JsonBody": (
        {"JsonBody": {**ALL, "MatchPattern": {"IncludedPaths": ["/a/b"]}}},
        lambda t: ("/", {"method": "POST", "body": json.dumps({"a": {"b": t}}).encode(),
                         "headers": {"content-type": "application/json"}})),
    "Method": ({"Method": {}}, lambda t: ("/", {"method": t})),
    "Headers": ({"Headers": ALL}, lambda t: ("/", {"headers": {"x-any": t}})),
    "Cookies": ({"Cookies": ALL}, lambda t: ("/", {"headers": {"cookie": f"a=1; b={quoted(t)}"}})),
    "HeaderOrder": ({"HeaderOrder": OVERSIZE}, lambda t: ("/", {"headers": {t: "x"}})),
}
# Only the bytes of a token can stand in a method or a header's name.
TOKENS = {"Method", "HeaderOrder"}
# statement: (the text that must be refused, one that must pass), as a token, and as any text.
TEXTS = {
    "ByteMatch": (("evil-needle", "good-needle"), ("an evil-needle", "a good needle")),
    "RegexMatch": (("evil-99", "evil-x"), ("an evil-99!", "an evil!")),
    "RegexPatternSetReference": (("evil-98", "evil-x"), ("an evil-98!", "an evil!")),
    "SizeConstraint": (None, ("x" * 600, "x" * 30)),
    "SqliMatch": (None, ("1' OR 1=1-- ", "O'Brien or one")),
    "XssMatch": (None, ("<script>alert(1)</script>", "1 < 2 and 3 > 2")),
}


def statement_on(kind, field, patterns):
    content = {"FieldToMatch": field, "TextTransformations": DECODED}
    more = {
        "ByteMatch": {"SearchString": b"evil-needle", "PositionalConstraint": "CONTAINS"},
        "RegexMatch": {"RegexString": "evil-[0-9]{2}"},
        "RegexPatternSetReference": {"ARN": patterns},
        "SizeConstraint": {"ComparisonOperator": "GT", "Size": 500},
        "SqliMatch": {"SensitivityLevel": "LOW"},
        "XssMatch": {},
    }[kind]
    return {f"{kind}Statement": {**content, **more}}


def cases():
    for kind, field in itertools.product(TEXTS, FIELDS):
        texts = TEXTS[kind][0 if field in TOKENS else 1]
        if texts:
            yield kind, field, texts


CASES = {f"{kind}-{field}": (kind, field, texts) for kind, field, texts in cases()}
assert len(CASES) == 6 * 9 + 3 * 2

# transformation: (bytes sent in a body, search string that only shows when it was applied).
TRANSFORMATIONS = {
    "NONE": (b"a+evil", b"a+evil"),
    "COMPRESS_WHITE_SPACE": (b"an  \t evil", b"an evil"),
    "HTML_ENTITY_DECODE": (b"an&#32;evil", b"an evil"),
    "LOWERCASE": (b"EVIL", b"evil"),
    "UPPERCASE": (b"evil", b"EVIL"),
    "CMD_LINE": (b"e^v\"il.EXE,x", b"evil.exe x"),
    "URL_DECODE": (b"an%20evil", b"an evil"),
    "URL_DECODE_UNI": (b"an%u0020evil", b"an evil"),
    "BASE64_DECODE": (base64.b64encode(b"an evil"), b"an evil"),
    "BASE64_DECODE_EXT": (b"YW4g.ZXZpbA", b"an evil"),
    "HEX_DECODE": (b"an evil".hex().encode(), b"an evil"),
    "MD5": (b"evil", bytes.fromhex("4034a346ccee15292d823416f7510a2f")),
    "SHA256": (b"evil", bytes.fromhex("b5c1fb2efc6d6b4674c2fdcc48ce01b43a3b7c03763c0c3355de0099ee0f8c73")),
    "REPLACE_COMMENTS": (b"an/* x */evil", b"an evil"),
    "REMOVE_COMMENTS_CHAR": (b"ev/*il", b"evil"),
    "ESCAPE_SEQ_DECODE": (b"an\\x20evil", b"an evil"),
    "SQL_HEX_DECODE": (b"0x6576696c", b"evil"),
    "CSS_DECODE": (b"ev\\69l", b"evil"),
    "JS_DECODE": (b"an\\u0020evil", b"an evil"),
    "NORMALIZE_PATH": (b"an/x/../evil", b"an/evil"),
    "NORMALIZE_PATH_WIN": (b"an\\x\\..\\evil", b"an/evil"),
    "REMOVE_NULLS": (b"ev\x00il", b"evil"),
    "REPLACE_NULLS": (b"an\x00evil", b"an evil"),
    "REMOVE_WHITESPACE": (b"e v\til", b"evil"),
    "TRIM": (b" evil ", b"evil"),
    "TRIM_LEFT": (b" evil", b"evil"),
    "TRIM_RIGHT": (b"evil ", b"evil"),
    "UTF8_TO_UNICODE": ("ev\u00eel".encode(), b"ev%u00eel"),
    "CMD_LINE_WIN": (b"e^v\"il", b"evil"),
    "CMD_LINE_UNIX": (b"e\\vil", b"evil"),
    "JS_DECODE_EXT": (b"\\u{65}vil", b"evil"),
}


@pytest.fixture(scope="module")
def everything(btz):
    """One web ACL with all cases, and the number of each."""
    from conftest import WebAcl
    waf = btz.client("wafv2")
    patterns = waf.create_regex_pattern_set(
        Name="matrix", Scope="REGIONAL", RegularExpressionList=[{"RegexString": "evil-98"}, {"RegexString": "^no$"}],
    )["Summary"]
    numbers, rules = {}, []

    def add(name, statement):
        number = f"n{len(rules)}."
        numbers[name] = number
        marked = byte_match(number.encode(), {"SingleHeader": {"Name": MARK}}, "EXACTLY")
        rules.append(rule(f"r{len(rules)}", {"AndStatement": {"Statements": [marked, statement]}}, priority=len(rules)))

    for name, (kind, field, _) in CASES.items():
        add(name, statement_on(kind, FIELDS[field][0], patterns["ARN"]))
    for name, (_, shown) in TRANSFORMATIONS.items():
        add(name, {"ByteMatchStatement": {
            "SearchString": shown, "FieldToMatch": {"Body": OVERSIZE}, "PositionalConstraint": "EXACTLY",
            "TextTransformations": [{"Priority": 0, "Type": name}]}})
    web_acl = WebAcl(btz, "matrix")
    web_acl.update(*rules)
    got = waf.get_web_acl(Name="matrix", Scope="REGIONAL", Id=web_acl.summary["Id"])["WebACL"]
    assert got["Rules"] == rules, "what was sent is what is told"
    name, (kind, field, (bad, _)) = next(iter(CASES.items()))
    path, named = FIELDS[field][1](bad)
    named.setdefault("headers", {})[MARK] = numbers[name]
    btz.becomes(403, path, **named)
    yield numbers
    web_acl.close()
    waf.delete_regex_pattern_set(
        Name="matrix", Scope="REGIONAL", Id=patterns["Id"], LockToken=patterns["LockToken"])


@pytest.mark.parametrize("name", CASES)
def test_a_statement_on_a_field(btz, everything, name):
    kind, field, texts = CASES[name]
    # The application knows no other methods than its own.
    passes = 501 if field == "Method" else 200
    for text, expected in zip(texts, (403, passes)):
        path, named = FIELDS[field][1](text)
        headers = named.pop("headers", {}) | {MARK: everything[name]}
        assert btz.status(path, headers=headers, **named) == expected, text
    # The same text elsewhere is no match: another rule's number.
    path, named = FIELDS[field][1](texts[0])
    headers = named.pop("headers", {}) | {MARK: "n9999."}
    assert btz.status(path, headers=headers, **named) == passes


@pytest.mark.parametrize("name", TRANSFORMATIONS)
def test_a_transformation(btz, everything, name):
    sent, shown = TRANSFORMATIONS[name]
    headers = {MARK: everything[name]}
    assert btz.status("/", method="POST", body=sent, headers=headers) == 403
    assert btz.status("/", method="POST", body=b"x" + sent + b"x", headers=headers) == 200


def test_a_fragment_never_comes_so_its_fallback_decides(btz, web_acl):
    def on(fallback):
        return byte_match("x", {"UriFragment": {"FallbackBehavior": fallback}}, "EXACTLY")

    web_acl.update(rule("r", on("MATCH")))
    btz.becomes(403, "/")
    web_acl.update(rule("r", on("NO_MATCH")))
    btz.becomes(200, "/")


def tls_status(btz):
    """The status of a request over TLS: one client hello, so one fingerprint."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", btz.tls_port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            secured.sendall(b"GET /tls HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0\r\nConnection: close\r\n\r\n")
            return int(secured.recv(65536).split()[1])


@pytest.mark.parametrize("field,member", [("JA3Fingerprint", "ja3Fingerprint"), ("JA4Fingerprint", "ja4Fingerprint")])
def test_a_fingerprint(btz, web_acl, field, member):
    assert tls_status(btz) == 200
    log = pathlib.Path(btz.folder) / "data/logs/waf.log"
    begin, seen = time.monotonic(), []
    while not seen and time.monotonic() - begin < 5:
        lines = map(json.loads, log.read_text().splitlines()) if log.exists() else []
        seen = [line[member] for line in lines if line["httpRequest"]["uri"] == "/tls"]
        time.sleep(0.02)

    def on(value, fallback="NO_MATCH"):
        return byte_match(value, {field: {"FallbackBehavior": fallback}}, "EXACTLY")

    web_acl.update(rule("r", on(seen[-1])))
    begin = time.monotonic()
    while tls_status(btz) != 403:
        assert time.monotonic() - begin < 1
    assert btz.status("/") == 200, "without TLS there is no fingerprint"
    web_acl.update(rule("r", on("0" * len(seen[-1]), "MATCH")))
    btz.becomes(403, "/")
    assert tls_status(btz) == 200


def slow(name, *keys, **more):
    """A rule that lets ten requests pass for each value of the keys."""
    marked = byte_match(name, {"SingleHeader": {"Name": MARK}}, "EXACTLY")
    return rule(name, {"RateBasedStatement": {
        "Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": list(keys),
        "ScopeDownStatement": marked, **more}})


TEXT = {"TextTransformations": NONE}
# custom key: (rule, requests of one value, request of another).
KEYS = {
    "Header": (
        slow("Header", {"Header": {"Name": "X-Key", **TEXT}}),
        ("/", {"headers": {"x-key": "a"}}), ("/", {"headers": {"x-key": "b"}})),
    "Cookie": (
        slow("Cookie", {"Cookie": {"Name": "sid", **TEXT}}),
        ("/", {"headers": {"cookie": "x=1; sid=a"}}), ("/", {"headers": {"cookie": "x=1; sid=b"}})),
    "QueryArgument": (
        slow("QueryArgument", {"QueryArgument": {"Name": "q", **TEXT}}), ("/?q=a&r=1", {}), ("/?q=b&r=1", {})),
    "QueryString": (slow("QueryString", {"QueryString": TEXT}), ("/?a", {}), ("/?b", {})),
    "UriPath": (slow("UriPath", {"UriPath": TEXT}), ("/a", {}), ("/b", {})),
    "HTTPMethod": (
        slow("HTTPMethod", {"HTTPMethod": {}}, {"UriPath": TEXT}),
        ("/", {"method": "PUT"}), ("/", {"method": "DELETE"})),
    "IP": (
        slow("IP", {"IP": {}}, {"UriPath": TEXT}),
        ("/", {"source": "127.0.0.51"}), ("/", {"source": "127.0.0.52"})),
    "ForwardedIP": (
        slow("ForwardedIP", {"ForwardedIP": {}}, {"UriPath": TEXT},
             ForwardedIPConfig={"HeaderName": "X-Client", "FallbackBehavior": "NO_MATCH"}),
        ("/", {"headers": {"x-client": "192.0.2.1"}}), ("/", {"headers": {"x-client": "192.0.2.2"}})),
    "LabelNamespace": (
        slow("LabelNamespace", {"LabelNamespace": {"Namespace": "awswaf:123456789012:webacl:keys:tenant:"}}),
        ("/tenant-a", {}), ("/tenant-b", {})),
}


def test_every_custom_key_of_a_rate_is_counted_apart(btz):
    from conftest import WebAcl
    web_acl = WebAcl(btz, "keys")
    labels = [
        rule(name, byte_match(f"/{name}", {"UriPath": {}}, "EXACTLY"), action="Count",
             RuleLabels=[{"Name": f"tenant:{name}"}]) for name in ("tenant-a", "tenant-b")]
    rules = labels + [made for made, _, _ in KEYS.values()]
    web_acl.update(*({**one, "Priority": index} for index, one in enumerate(rules)))
    for name, (_, (path, named), (other_path, other_named)) in KEYS.items():
        def status(path, headers=None, **named):
            return btz.status(path, headers=(headers or {}) | {MARK: name}, **named)
        statuses = []
        begin = time.monotonic()
        while 403 not in statuses and time.monotonic() - begin < 5:
            statuses.append(status(path, **named))
        assert statuses[-1] == 403 and statuses.count(200) >= 10, f"{name}: {statuses}"
        assert status(other_path, **other_named) == 200, f"{name}: another value pays for the first"
    keys = set(btz.client("wafv2").meta.service_model.shape_for("RateBasedStatementCustomKey").members)
    # Clients of several fingerprints, and a database of autonomous systems, are elsewhere.
    assert set(KEYS) == keys - {"JA3Fingerprint", "JA4Fingerprint", "ASN"}
    web_acl.close()


# action: (action, status of a match, what the application gets).
INSERTED = {"CustomRequestHandling": {"InsertHeaders": [{"Name": "rule", "Value": "hit"}]}}
ACTIONS = {
    "Allow": ({"Allow": INSERTED}, 200, "hit"),
    "Block": ({"Block": {}}, 403, None),
    "Count": ({"Count": INSERTED}, 200, "hit"),
    "Captcha": ({"Captcha": INSERTED}, 405, None),
    "Challenge": ({"Challenge": INSERTED}, 202, None),
    "Block-custom": ({"Block": {"CustomResponse": {
        "ResponseCode": 429, "ResponseHeaders": [{"Name": "retry-after", "Value": "9"}]}}}, 429, None),
}


def test_every_action(btz, web_acl, application):
    rules = [
        rule(name, byte_match(f"/{name}", {"UriPath": {}}, "EXACTLY"), action=action, priority=index)
        for index, (name, (action, _, _)) in enumerate(ACTIONS.items())]
    # After an Allow nothing is asked any more; after a Count everything is.
    rules.append(rule("after", byte_match("stop", {"QueryString": {}}), priority=99))
    web_acl.update(*rules)
    btz.becomes(403, "/Block")
    for name, (_, expected, inserted) in ACTIONS.items():
        application.seen.clear()
        status, headers, _ = btz.request(f"/{name}", headers={"Accept": "text/html"})
        assert status == expected, name
        if expected == 200:
            [(_, _, got, _)] = application.seen
            got = {name.lower(): value for name, value in got.items()}
            assert got.get("x-amzn-waf-rule") == inserted, name
        else:
            assert not application.seen, name
    assert btz.request("/Block-custom")[1]["retry-after"] == "9"
    assert (btz.status("/Allow?stop"), btz.status("/Count?stop"), btz.status("/x?stop")) == (200, 403, 403)


def test_every_transformation_of_the_model_has_a_case(btz):
    model = btz.client("wafv2").meta.service_model
    assert set(TRANSFORMATIONS) == set(model.shape_for("TextTransformationType").enum)
    fields = set(FIELDS) | {"UriFragment", "JA3Fingerprint", "JA4Fingerprint"}
    assert fields == set(model.shape_for("FieldToMatch").members)
    # Monetize has a test of its own: it is an action of CloudFront.
    assert {name for action, _, _ in ACTIONS.values() for name in action} | {"Monetize"} == (
        set(model.shape_for("RuleAction").members))


def test_monetize_is_refused_for_load_balancers_and_taken_for_cloudfront(btz, web_acl):
    waf = btz.client("wafv2")
    pay = rule("pay", byte_match(b"/paid", {"UriPath": {}}, "STARTS_WITH"), action={"Monetize": {"PriceMultiplier": "3"}})
    config = {"CurrencyMode": "TEST", "CryptoConfig": {"PaymentNetworks": [{
        "Chain": "BASE", "WalletAddress": "0x52908400098527886E0F7030069857D2E4169EE7",
        "Prices": [{"Amount": "0.001", "Currency": "USDC"}]}]}}
    with pytest.raises(waf.exceptions.WAFInvalidParameterException) as refused:
        web_acl.update(pay, MonetizationConfig=config)
    assert refused.value.response["Field"] == "RULE_ACTION"
    assert btz.status("/paid") == 200, "what was refused changes nothing"

    made = waf.create_web_acl(
        Name="paid", Scope="CLOUDFRONT", DefaultAction={"Allow": {}}, Rules=[pay], MonetizationConfig=config,
        VisibilityConfig=web_acl.visibility)["Summary"]
    named = {"Name": "paid", "Scope": "CLOUDFRONT", "Id": made["Id"]}
    got = waf.get_web_acl(**named)
    assert (got["WebACL"]["Rules"], got["WebACL"]["MonetizationConfig"]) == ([pay], config)
    waf.update_web_acl(
        **named, LockToken=got["LockToken"], VisibilityConfig=got["WebACL"]["VisibilityConfig"],
        **{member: got["WebACL"][member] for member in ("DefaultAction", "Rules", "MonetizationConfig")})
    again = waf.get_web_acl(**named)
    assert again["WebACL"] == got["WebACL"], "a second plan shows no difference"
    with pytest.raises(waf.exceptions.ClientError):
        waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=btz.load_balancer_arn())
    waf.delete_web_acl(**named, LockToken=again["LockToken"])
