"""The admin listener: health, metrics, and the development-only reset."""

import http.client

from conftest import Btz


def test_health_readiness_and_metrics(btz):
    assert btz.admin("/healthz") == (200, "ok\n")
    assert btz.admin("/readyz") == (200, "ready\n")
    status, text = btz.admin("/metrics")
    assert status == 200
    before = counted(text)
    assert btz.status("/counted") == 200
    assert counted(btz.admin("/metrics")[1]) == before + 1
    assert btz.admin("/reset", method="POST")[0] == 404, "reset without --dev-reset"


def test_counters_are_named_as_prometheus_wants(btz):
    types = [line.split()[2:] for line in btz.admin("/metrics")[1].splitlines() if line.startswith("# TYPE ")]
    kinds = dict(types)
    assert len(kinds) == len(types), "a metric is there twice"
    assert sum(name.startswith("btz_edge_") for name in kinds) > 20
    for name, kind in types:
        assert name.endswith("_total") == (kind == "counter"), f"{name} is a {kind}"
        assert name.count("_total") <= 1, name


def counted(text):
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("btz_edge_requests_total "))


def test_a_reset_forgets_all_but_the_credentials_and_no_page_can_ask_for_it(tmp_path, application):
    btz = Btz(tmp_path, application.port, extra=["--dev-reset"])
    btz.start()
    try:
        waf = btz.client("wafv2")
        waf.create_ip_set(Name="gone", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])
        connection = http.client.HTTPConnection("127.0.0.1", btz.admin_port, timeout=5)
        connection.request("POST", "/reset", headers={"Origin": "http://evil.example"})
        assert connection.getresponse().status == 403
        assert len(waf.list_ip_sets(Scope="REGIONAL")["IPSets"]) == 1
        assert btz.admin("/reset", method="POST") == (200, "forgotten\n")
        assert waf.list_ip_sets(Scope="REGIONAL")["IPSets"] == []
        assert [acl["Name"] for acl in waf.list_web_acls(Scope="REGIONAL")["WebACLs"]] == ["default"]
        assert btz.status("/?q=%3Cscript%3Ealert(1)%3C/script%3E") == 403
    finally:
        btz.stop()


def test_exit_codes_tell_usage_from_failure(tmp_path):
    import os
    import subprocess

    from conftest import BINARY

    def exit_code(*arguments, **environment):
        done = subprocess.run(
            [BINARY, *arguments], env={**os.environ, **environment}, cwd=tmp_path, capture_output=True, timeout=20)
        return done.returncode

    data = ["--data", str(tmp_path / "data")]
    assert exit_code("coverage") == 0
    assert exit_code("coverage", "wafv2", "--output", "json") == 0
    assert exit_code("coverage", "nope") == 2
    assert exit_code("no-such-command") == 2
    assert exit_code("explain", "nope", *data) == 2
    assert exit_code("protect", "127.0.0.1:3000", *data) == 2
    assert exit_code("protect", "http://127.0.0.1:3000", *data, "--dev-reset", "--admin", "0.0.0.0:0") == 2
    assert exit_code("protect", "http://127.0.0.1:3000", *data, BTZ_ACCOUNT_ID="12") == 2
    assert exit_code("explain", "7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5", *data) == 3
    assert exit_code("demo") == 0
