"""What must not break: connections across policy changes, acknowledged changes across kill -9."""

import http.client
import random
import threading
import time

from conftest import byte_match, rule

CONNECTIONS = 200
CHANGES = 100


def test_200_connections_stay_open_across_100_policy_changes(btz, web_acl):
    connections = [http.client.HTTPConnection("127.0.0.1", btz.port, timeout=20) for _ in range(CONNECTIONS)]
    sockets = []
    for connection in connections:
        connection.request("GET", "/keep", headers={"User-Agent": "Mozilla/5.0"})
        assert connection.getresponse().read() == b"application\n"
        sockets.append(connection.sock.getsockname())
    failures, stop = [], threading.Event()

    def use(own):
        while not stop.is_set():
            for connection in own:
                try:
                    connection.request("GET", "/keep", headers={"User-Agent": "Mozilla/5.0"})
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != 200:
                        failures.append(answer.status)
                except (OSError, http.client.HTTPException) as error:
                    failures.append(repr(error))
                    return

    users = [threading.Thread(target=use, args=(connections[i::8],)) for i in range(8)]
    for user in users:
        user.start()
    try:
        for change in range(CHANGES):
            web_acl.update(rule("r", byte_match(f"/refused-{change}", {"UriPath": {}}, "EXACTLY")))
    finally:
        btz.becomes(403, f"/refused-{CHANGES - 1}")
        stop.set()
        for user in users:
            user.join()
    assert failures == []
    assert [connection.sock.getsockname() for connection in connections] == sockets, "reconnected"
    for connection in connections:
        connection.close()


def test_kill_9_under_load_loses_no_acknowledged_change(fresh):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    fresh.start()
    waf = fresh.client("wafv2")
    made = waf.create_ip_set(
        Name="kill", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["127.0.0.50/32"])["Summary"]
    acl = waf.list_web_acls(Scope="REGIONAL")["WebACLs"][0]
    where = dict(Name=acl["Name"], Scope="REGIONAL", Id=acl["Id"])
    current = waf.get_web_acl(**where)
    waf.update_web_acl(
        **where, LockToken=current["LockToken"], DefaultAction=current["WebACL"]["DefaultAction"],
        VisibilityConfig=current["WebACL"]["VisibilityConfig"],
        Rules=[rule("kill", {"IPSetReferenceStatement": {"ARN": made["ARN"]}})])
    fresh.becomes(403, source="127.0.0.50")
    acknowledged, token = "127.0.0.50", made["LockToken"]
    for round_number in range(6):
        stop = threading.Event()

        def load():
            while not stop.is_set():
                try:
                    fresh.status("/load")
                except (OSError, http.client.HTTPException):
                    time.sleep(0.01)

        users = [threading.Thread(target=load) for _ in range(4)]
        for user in users:
            user.start()
        deadline = time.monotonic() + chance.uniform(0.05, 0.6)
        killer = threading.Timer(deadline - time.monotonic(), fresh.kill)
        killer.start()
        tried = None
        change = 0
        try:
            while True:
                change += 1
                tried = f"127.0.{round_number + 1}.{change % 250 + 1}"
                answer = waf.update_ip_set(
                    Name="kill", Scope="REGIONAL", Id=made["Id"], LockToken=token, Addresses=[f"{tried}/32"])
                acknowledged, token, tried = tried, answer["NextLockToken"], None
        except Exception:  # noqa: BLE001 - the server was killed in the middle of a call
            pass
        killer.join()
        stop.set()
        for user in users:
            user.join()
        begin = time.monotonic()
        fresh.start()
        state = waf.get_ip_set(Name="kill", Scope="REGIONAL", Id=made["Id"])
        address = state["IPSet"]["Addresses"][0].removesuffix("/32")
        assert address in (acknowledged, tried), f"lost {acknowledged}, has {address}"
        acknowledged, token = address, state["LockToken"]
        assert fresh.status(source=acknowledged) == 403
        elapsed = time.monotonic() - begin
        print(f"round {round_number}: {change} changes, enforcing {elapsed:.3f} s after the restart")


def test_a_start_on_an_empty_folder_and_idle_memory_are_printed(fresh):
    seconds = fresh.start()
    time.sleep(1)
    status = open(f"/proc/{fresh.process.pid}/status").read()
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    print(f"ready after {seconds * 1000:.0f} ms, {int(resident) / 1024:.0f} MiB resident (this build)")
    assert fresh.status() == 200
