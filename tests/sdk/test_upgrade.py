"""A running btz is followed by another, under load: no request fails, nothing is lost when it cannot be."""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

import conftest
from conftest import ACCOUNT, BINARY, ROOT_KEY, ROOT_SECRET, Btz

UPGRADES = 3
REQUESTS = 20_000


class Upgraded(Btz):
    """A btz that runs from a program of its own, which a test may change."""

    def __init__(self, folder, application_port, extra=()):
        super().__init__(folder, application_port, extra)
        self.program = self.folder / "btz"
        shutil.copy2(BINARY, self.program)
        self.command[0] = str(self.program)
        self.processes = []

    def upgrade(self):
        done = subprocess.run(
            [BINARY, "upgrade", "--data", str(self.folder / "data"), "--output", "json"],
            capture_output=True, text=True, timeout=200)
        answer = json.loads(done.stdout or "{}")
        if "pid" in answer:
            self.processes.append(answer["pid"])
        return done.returncode, answer

    @property
    def serving(self):
        return self.processes[-1] if self.processes else self.process.pid

    def stop(self):
        for pid in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        if self.process is not None and self.process.poll() is None:
            super().stop()
        deadline = time.monotonic() + 20
        while any(is_running(pid) for pid in self.processes):
            assert time.monotonic() < deadline, "a process did not end within 20 s of SIGTERM"
            time.sleep(0.05)


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def upgraded(tmp_path, application):
    made = Upgraded(tmp_path, application.port)
    yield made
    made.stop()


class Load:
    """Clients that count every answer, and for which anything else is a failure."""

    def __init__(self, btz):
        self.btz, self.stop = btz, threading.Event()
        self.answered, self.failures, self.lock = {}, [], threading.Lock()
        clients = [self.kept, self.kept, self.fresh, self.fresh, self.posting, self.http2]
        self.threads = [threading.Thread(target=self.run, args=(client,)) for client in clients]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def run(self, client):
        try:
            client()
        except Exception as error:  # every failure is to be told
            with self.lock:
                self.failures.append(f"{client.__name__}: {error!r}")

    def count(self, name, number=1):
        with self.lock:
            self.answered[name] = self.answered.get(name, 0) + number

    def total(self):
        with self.lock:
            return sum(self.answered.values())

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.btz.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def exchange(self, connection, head, body=b""):
        """One answer; whether the connection goes on. It never tries again."""
        connection.sendall(head + body)
        answer = b""
        while not answer.endswith(b"application\n"):
            piece = connection.recv(65536)
            assert piece, f"closed after {answer!r}"
            answer += piece
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        return b"\r\nConnection: close\r\n" not in answer

    def kept(self):
        while not self.stop.is_set():
            with self.connect() as connection:
                goes_on = True
                while goes_on and not self.stop.is_set():
                    goes_on = self.exchange(connection, b"GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n\r\n")
                    self.count("kept")

    def fresh(self):
        head = b"GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\nConnection: close\r\n\r\n"
        while not self.stop.is_set():
            with self.connect() as connection:
                assert not self.exchange(connection, head)
                self.count("fresh")

    def posting(self):
        body = json.dumps({"name": "Ada", "note": "x" * 3000}).encode()
        head = (b"POST /form HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n"
                b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
        while not self.stop.is_set():
            with self.connect() as connection:
                while self.exchange(connection, head, body) and not self.stop.is_set():
                    self.count("posting")
                self.count("posting")

    def http2(self):
        """`nghttp` in rounds: each asks 25 times on one connection, over TLS."""
        address = f"https://127.0.0.1:{self.btz.tls_port}/"
        while not self.stop.is_set():
            done = subprocess.run(
                ["nghttp", "--no-verify-peer", "--null-out", "--stat", "--timeout=30", "-m", "25", address],
                capture_output=True, text=True, timeout=60)
            answered = sum(1 for line in done.stdout.splitlines() if " 200 " in line)
            assert (done.returncode, answered) == (0, 25), done.stdout + done.stderr
            self.count("http2", 25)


def test_no_request_fails_while_one_process_follows_another(upgraded, application):
    application.seen.clear()
    upgraded.start()
    wafv2 = upgraded.client("wafv2", retries=3)
    with Load(upgraded) as load:
        followed = []
        for number in range(UPGRADES):
            target = REQUESTS * (number + 1) // (UPGRADES + 1)
            while load.total() < target and not load.failures:
                time.sleep(0.02)
            before = upgraded.serving
            wafv2.create_ip_set(
                Name=f"before-{number}", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.1/32"])
            code, answer = upgraded.upgrade()
            assert code == 0, (answer, upgraded.output())
            assert upgraded.serving != before
            # What was committed before is there, and the new process takes changes.
            names = {item["Name"] for item in wafv2.list_ip_sets(Scope="REGIONAL")["IPSets"]}
            assert names == {f"before-{each}" for each in range(number + 1)}
            followed.append(before)
        while load.total() < REQUESTS and not load.failures:
            time.sleep(0.02)
    assert load.failures == []
    assert set(load.answered) == {"kept", "fresh", "posting", "http2"}, load.answered
    # Who was followed has ended by itself; every answer came from the application.
    deadline = time.monotonic() + 45
    while any(is_running(pid) for pid in followed):
        upgraded.process.poll()
        assert time.monotonic() < deadline, "a process that was followed still runs"
        time.sleep(0.1)
    assert len(application.seen) >= load.total()
    assert upgraded.status("/?q=%3Cscript%3Ealert(1)%3C/script%3E") == 403


def broken(program, text):
    program.unlink()
    program.write_text(text)
    program.chmod(0o755)


@pytest.mark.parametrize("program, why", [
    ("#!/bin/sh\necho no; exit 7\n", "exit status: 7"),
    ("not a program", "the new process ended"),
    ("#!/bin/sh\necho rubbish >&3; sleep 60\n", "it said `rubbish`"),
])
def test_when_the_new_program_does_not_come_to_serve_the_old_one_goes_on(upgraded, program, why):
    upgraded.start()
    with Load(upgraded) as load:
        broken(upgraded.program, program)
        code, answer = upgraded.upgrade()
        assert code == 3 and why in answer["error"], answer
        assert upgraded.process.poll() is None
        # It takes changes, and they come into force.
        created = upgraded.client("wafv2").create_ip_set(
            Name="after", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])
        assert created["Summary"]["Name"] == "after"
        # A program that is whole again is started.
        upgraded.program.unlink()
        shutil.copy2(BINARY, upgraded.program)
        code, answer = upgraded.upgrade()
        assert code == 0, answer
        assert len(upgraded.client("wafv2", retries=3).list_ip_sets(Scope="REGIONAL")["IPSets"]) == 1
    assert load.failures == []


def test_one_that_dies_with_the_store_open_gives_everything_back(upgraded):
    """The new process gets as far as it can before it is ready: it has the store, and is killed."""
    upgraded.start()
    real = upgraded.folder / "real"
    shutil.copy2(BINARY, real)
    # strace-free: the program runs the real one, and kills it as soon as it has the store's lock.
    broken(upgraded.program, f"""#!/bin/sh
'{real}' "$@" &
child=$!
while ! grep -q ":$(stat -c %i '{upgraded.folder}/data/state.redb') " /proc/locks ||
      ! grep -q " $child " /proc/locks; do kill -0 $child || exit 8; done
kill -9 $child
exit 9
""")
    with Load(upgraded) as load:
        code, answer = upgraded.upgrade()
        if code == 0:
            pytest.fail(f"it was killed too late: {answer}")
        upgraded.client("wafv2").create_ip_set(
            Name="after", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])
        assert upgraded.status("/?q=%3Cscript%3Ealert(1)%3C/script%3E") == 403
    assert load.failures == []


class FromFile(Upgraded):
    """`btz serve --config FILE`."""

    def __init__(self, folder, application_port, notify=None):
        super().__init__(folder, application_port)
        self.file = self.folder / "btz.toml"
        self.settings = {
            "target": f"http://127.0.0.1:{application_port}", "listen": f"127.0.0.1:{self.port}",
            "api": f"127.0.0.1:{self.api_port}", "admin": f"127.0.0.1:{self.admin_port}",
            "data": str(self.folder / "data"),
        }
        self.write()
        self.command = [str(self.program), "serve", "--config", str(self.file)]

    def write(self, **changed):
        self.settings.update(changed)
        self.file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in self.settings.items()))


@contextlib.contextmanager
def running_from_file(folder, application, monkeypatch, watchdog=None):
    """A btz under a service manager: the test's own socket hears what it says."""
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    name = f"btz-test-{os.getpid()}-{time.monotonic_ns()}"
    heard.bind("\0" + name)
    heard.settimeout(20)
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
    if watchdog:
        monkeypatch.setenv("WATCHDOG_USEC", str(watchdog))
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
    btz = FromFile(folder, application.port)
    btz.start()
    try:
        yield btz, heard
    finally:
        btz.stop()
        heard.close()


def hear(heard, *wanted):
    """Waits for a message with one of these lines; answers all its lines."""
    while True:
        lines = heard.recv(65536).decode().splitlines()
        for line in lines:
            if line.startswith(wanted):
                return lines


def test_the_service_manager_is_told_and_reloads_by_signal(tmp_path, application, monkeypatch):
    other = conftest.Application()
    with running_from_file(tmp_path, application, monkeypatch, watchdog=400_000) as (btz, heard):
        assert hear(heard, "READY=1")[1].startswith("STATUS=protects http://127.0.0.1:")
        hear(heard, "WATCHDOG=1")
        # A mistake is told and changes nothing.
        btz.write(target="nonsense")
        os.kill(btz.serving, signal.SIGHUP)
        hear(heard, "RELOADING=1")
        lines = hear(heard, "READY=1")
        assert "no upgrade" in lines[1] and "target" in lines[1], lines
        assert btz.status("/") == 200
        # What is right is in force, in a process that the service manager knows.
        btz.write(target=f"http://127.0.0.1:{other.port}")
        os.kill(btz.serving, signal.SIGHUP)
        hear(heard, "RELOADING=1")
        pid = int(hear(heard, "MAINPID=")[0].split("=")[1])
        btz.processes.append(pid)
        assert str(other.port) in hear(heard, "READY=1")[1]
        hear(heard, "WATCHDOG=1")
        other.seen.clear()
        assert btz.status("/which") == 200
        assert [path for _, path, _, _ in other.seen] == ["/which"]
        # Another data folder is another btz.
        btz.write(data=str(tmp_path / "elsewhere"))
        os.kill(pid, signal.SIGUSR2)
        lines = hear(heard, "READY=1")
        assert "data folder" in lines[1], lines
        os.kill(pid, signal.SIGTERM)
        hear(heard, "STOPPING=1")
    other.close()


def test_sockets_of_a_service_manager_are_served(tmp_path, application):
    """LISTEN_FDS as systemd passes it, through the shell: the number of the process is known there."""
    made = FromFile(tmp_path, application.port)
    listening = socket.create_server(("127.0.0.1", 0))
    # The unit's socket has another address than the configuration: its name says what it is for.
    script = f"exec 3<&{listening.fileno()}; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=listen; exec {BINARY} serve --config {made.file}"
    environment = dict(os.environ, BTZ_ACCOUNT_ID=ACCOUNT, BTZ_ROOT_ACCESS_KEY_ID=ROOT_KEY,
                       BTZ_ROOT_SECRET_ACCESS_KEY=ROOT_SECRET)
    # It waits in the queue until there is somebody.
    early = http.client.HTTPConnection(*listening.getsockname(), timeout=30)
    early.request("GET", "/early", headers={"User-Agent": "Mozilla/5.0"})
    made.process = subprocess.Popen(["bash", "-c", script], env=environment, pass_fds=[listening.fileno()])
    try:
        assert early.getresponse().status == 200
        deadline = time.monotonic() + 20
        while not made.is_ready():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", made.port))
        assert made.upgrade()[0] == 0
        late = http.client.HTTPConnection(*listening.getsockname(), timeout=30)
        late.request("GET", "/late", headers={"User-Agent": "Mozilla/5.0"})
        assert late.getresponse().status == 200
    finally:
        early.close()
        made.stop()
        listening.close()


def test_clients_stay_with_their_target(upgraded):
    """The key of stickiness cookies outlives the process."""
    upgraded.start()
    elb = upgraded.client("elbv2")
    group = elb.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
        {"Key": "stickiness.enabled", "Value": "true"}, {"Key": "stickiness.type", "Value": "lb_cookie"}])
    second = conftest.Application()
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": second.port}])
    try:
        deadline = time.monotonic() + 10
        while True:
            second.seen.clear()
            status, headers, _ = upgraded.request("/")
            if status == 200 and "set-cookie" in headers and second.seen:
                break
            assert time.monotonic() < deadline, headers
        cookie = headers["set-cookie"].split(";")[0]
        second.seen.clear()
        for _ in range(2):
            assert upgraded.upgrade()[0] == 0
            for _ in range(6):
                assert upgraded.status("/", headers={"Cookie": cookie}) == 200
        assert len(second.seen) >= 12, "requests with the cookie went elsewhere"
    finally:
        second.close()
