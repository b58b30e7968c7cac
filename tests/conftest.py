"""Starts the real binary in front of a real application, for tests by real clients.

Every server is on loopback, on a free port, with a data folder of its own; only processes that a
test started are ended, by their pid.
"""

import contextlib
import http.client
import http.server
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import boto3
import botocore.config
import botocore.exceptions
import pytest

BINARY = os.environ.get("BTZ_BINARY", str(pathlib.Path(__file__).parent.parent / "target/debug/btz"))
ROOT_KEY = "AKIATESTSOFBARTIZAN0"
ROOT_SECRET = "tests/secret+of=Bartizan"
ACCOUNT = "123456789012"
REGION = "us-east-1"
IN_FORCE_WITHIN_SECONDS = 1.0
# Half a second on a machine of its own; many builds beside it have made it 50.
READY_WITHIN_SECONDS = 180


def free_port():
    """A port that nobody listens on; below those that outgoing connections take meanwhile."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Application:
    """An application that answers 200 and remembers what reached it."""

    def __init__(self, port=0):
        seen = self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                if self.headers.get("user-agent") != "ELB-HealthChecker/2.0":
                    seen.append((self.command, self.path, dict(self.headers.items()), body))
                text = b"application\n"
                self.send_response(200)
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

            def log_message(self, *_):
                pass

            def handle(self):
                # A proxy that is killed breaks off its connections.
                with contextlib.suppress(ConnectionError):
                    super().handle()

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Btz:
    """`btz protect` in front of an application."""

    def __init__(self, folder, application_port, extra=(), environment=None):
        self.folder = pathlib.Path(folder)
        self.environment = environment or {}
        self.port, self.tls_port, self.api_port, self.admin_port = (free_port() for _ in range(4))
        self.command = [
            BINARY, "protect", f"http://127.0.0.1:{application_port}",
            "--listen", f"127.0.0.1:{self.port}",
            "--listen-tls", f"127.0.0.1:{self.tls_port}",
            "--api", f"127.0.0.1:{self.api_port}",
            "--admin", f"127.0.0.1:{self.admin_port}",
            "--data", str(self.folder / "data"), *extra,
        ]
        self.process = None

    def start(self):
        environment = dict(
            os.environ, BTZ_ACCOUNT_ID=ACCOUNT, BTZ_ROOT_ACCESS_KEY_ID=ROOT_KEY,
            BTZ_ROOT_SECRET_ACCESS_KEY=ROOT_SECRET, **self.environment,
        )
        self.log = open(self.folder / "btz.log", "ab")
        begin = time.monotonic()
        self.process = subprocess.Popen(self.command, env=environment, stdout=self.log, stderr=self.log)
        while time.monotonic() - begin < READY_WITHIN_SECONDS:
            if self.process.poll() is not None:
                raise AssertionError(f"btz ended: {self.output()}")
            if self.is_ready():
                return time.monotonic() - begin
            time.sleep(0.005)
        # A fixture that fails here stops nothing: what was started ends now.
        self.kill()
        raise AssertionError(f"btz was not ready in {READY_WITHIN_SECONDS} s: {self.output()}")

    def is_ready(self):
        try:
            return self.admin("/readyz")[0] == 200
        except OSError:
            return False

    def admin(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=5)
        with contextlib.closing(connection):
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def output(self):
        return (self.folder / "btz.log").read_text(errors="replace")[-4000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("btz did not stop within 15 s of SIGTERM")

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.api_port}"

    def client(self, service, region=REGION, key=ROOT_KEY, secret=ROOT_SECRET, retries=0):
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=botocore.config.Config(retries={"total_max_attempts": 1 + retries}),
        )

    def aws(self, *arguments, check=True):
        """The unmodified aws CLI, as a person calls it."""
        program = pathlib.Path(sys.executable).with_name("aws")
        aws = str(program) if program.exists() else shutil.which("aws")
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
            "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": "",
        }
        done = subprocess.run([aws, *arguments], env=environment, capture_output=True, text=True, timeout=60)
        if check:
            assert done.returncode == 0, done.stderr
        return done

    def request(self, path="/", method="GET", headers=None, body=None, source=None):
        """One request through the load balancer: status, headers (lower case), body."""
        source_address = (source, 0) if source else None
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=10, source_address=source_address)
        with contextlib.closing(connection):
            sent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) tests"} | (headers or {})
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return (
                answer.status,
                {name.lower(): value for name, value in answer.getheaders()},
                answer.read(),
            )

    def status(self, *arguments, **named):
        return self.request(*arguments, **named)[0]

    def becomes(self, expected, *arguments, **named):
        """Asserts that a request's status becomes `expected` within a second."""
        begin = time.monotonic()
        while True:
            status = self.status(*arguments, **named)
            if status == expected:
                return time.monotonic() - begin
            if time.monotonic() - begin > IN_FORCE_WITHIN_SECONDS:
                raise AssertionError(f"{arguments} {named}: {status} after 1 s, not {expected}")
            time.sleep(0.01)

    def load_balancer_arn(self):
        found = self.client("elbv2").describe_load_balancers(Names=["default"])
        return found["LoadBalancers"][0]["LoadBalancerArn"]


@pytest.fixture(scope="module")
def application():
    started = Application()
    yield started
    started.close()


@pytest.fixture(scope="module")
def btz(tmp_path_factory, application):
    """One btz for a module's tests; each test makes resources of its own name."""
    started = Btz(tmp_path_factory.mktemp("btz"), application.port)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def fresh(tmp_path, application):
    """A btz of its own for a test that kills it or needs an empty folder; not started yet."""
    made = Btz(tmp_path, application.port)
    yield made
    made.stop()


class WebAcl:
    """A web ACL that a test owns: made, associated with the default load balancer, removed."""

    def __init__(self, btz, name):
        self.btz, self.waf, self.name = btz, btz.client("wafv2"), name
        self.load_balancer = btz.load_balancer_arn()
        before = self.waf.get_web_acl_for_resource(ResourceArn=self.load_balancer)
        self.before = before.get("WebACL", {}).get("ARN")
        self.visibility = visibility(name)
        made = self.waf.create_web_acl(
            Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=self.visibility)
        self.summary = made["Summary"]
        self.arn = self.summary["ARN"]
        self.waf.associate_web_acl(WebACLArn=self.arn, ResourceArn=self.load_balancer)

    def update(self, *rules, default=None, **more):
        current = self.waf.get_web_acl(Name=self.name, Scope="REGIONAL", Id=self.summary["Id"])
        return self.waf.update_web_acl(
            Name=self.name, Scope="REGIONAL", Id=self.summary["Id"], LockToken=current["LockToken"],
            DefaultAction=default or {"Allow": {}}, VisibilityConfig=self.visibility, Rules=list(rules), **more)

    def close(self):
        if self.before:
            self.waf.associate_web_acl(WebACLArn=self.before, ResourceArn=self.load_balancer)
        else:
            self.waf.disassociate_web_acl(ResourceArn=self.load_balancer)
        current = self.waf.get_web_acl(Name=self.name, Scope="REGIONAL", Id=self.summary["Id"])
        self.waf.delete_web_acl(
            Name=self.name, Scope="REGIONAL", Id=self.summary["Id"], LockToken=current["LockToken"])


def visibility(metric):
    return {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": metric}


def rule(name, statement, action="Block", priority=0, **more):
    """A rule; `action` is a name or a whole action."""
    whole = {action: {}} if isinstance(action, str) else action
    return {
        "Name": name, "Priority": priority, "Statement": statement, "Action": whole,
        "VisibilityConfig": visibility(name), **more,
    }


def byte_match(text, field, constraint="CONTAINS", transformations=("NONE",)):
    return {"ByteMatchStatement": {
        "SearchString": text, "FieldToMatch": field, "PositionalConstraint": constraint,
        "TextTransformations": [
            {"Priority": index, "Type": name} for index, name in enumerate(transformations)],
    }}


@pytest.fixture
def web_acl(btz, request):
    """An empty web ACL of its own in front of the application, for one test."""
    name = request.node.name.replace("[", "-").replace("]", "").replace("_", "-")[:100]
    made = WebAcl(btz, "".join(c if c.isalnum() or c in "-_" else "-" for c in name))
    yield made
    made.close()


@pytest.fixture(scope="session")
def node_modules():
    """Where the packages of tests/sdk/node are installed, by `cargo xtask test`."""
    return pathlib.Path(os.environ["BTZ_NODE_MODULES"])


@contextlib.contextmanager
def refused(code, text=""):
    """What is called in it is refused with this code, and a message that says that text."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        yield
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    assert text in error["Message"], error
