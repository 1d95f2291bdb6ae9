"""Every operation of the served OpenAPI document against a running server, with valid credentials: no server error, and
no answer that the document does not describe. The control is a document that describes one answer wrongly: it must fail.

    python run.py --api http://127.0.0.1:8080 --credentials partner.json [--seconds 45]
"""

import argparse
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

# Checks that are left out, and why.
LEFT_OUT = {
    "positive_data_acceptance": "a schema cannot say which roles go with a mode, or which hosts are public",
    "use_after_free": "the status of an erased submission is still told: it is `erased`",
}
CONFIG = "schemathesis.toml"
PHOTO = b"no photo, but a file"


class Partner:
    """The partner's side of the API, as far as it takes to have submissions in every state."""

    def __init__(self, api: str, credentials: dict[str, str]):
        self.api = api
        self.client = (credentials["clientId"], credentials["clientSecret"])
        form = "grant_type=client_credentials"
        basic = base64.b64encode(":".join(self.client).encode()).decode()
        token = self.call(
            "POST",
            "/v1/token",
            form.encode(),
            {"authorization": f"Basic {basic}", "content-type": "application/x-www-form-urlencoded"},
        )
        self.token = token["access_token"]

    def call(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None):
        headers = headers or {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        url = path if path.startswith("http") else f"{self.api}{path}"
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith(b"{") else None

    def create(self) -> dict:
        image = {"contentType": "image/jpeg", "sizeBytes": len(PHOTO), "sha256": hashlib.sha256(PHOTO).hexdigest()}
        body = {
            "mode": "selfie_to_id",
            "images": [image | {"role": role} for role in ("selfie", "id_portrait")],
            "reference": "conformance",
            "callbackUrl": "https://hooks.example.com/conformance",
        }
        headers = {
            "authorization": f"Bearer {self.token}",
            "content-type": "application/json",
            "idempotency-key": str(uuid.uuid4()),
        }
        return self.call("POST", "/v1/submissions", json.dumps(body).encode(), headers)

    def confirmed(self) -> str:
        """A submission that is uploaded and confirmed, and completed if there is a matcher."""
        created = self.create()
        for target in created["uploads"]:
            self.call("PUT", target["url"], PHOTO, target["headers"])
        identifier = created["correlationId"]
        self.call("POST", f"/v1/submissions/{identifier}/confirm")
        self.call("GET", f"/v1/submissions/{identifier}?wait=5")
        return identifier

    def erased(self) -> str:
        identifier = self.create()["correlationId"]
        self.call("DELETE", f"/v1/submissions/{identifier}")
        return identifier


def has_result(partner: Partner, identifier: str) -> bool:
    try:
        partner.call("GET", f"/v1/submissions/{identifier}/result")
    except urllib.error.HTTPError as error:
        return error.code != 409
    return True


def configuration(partner: Partner, identifiers: list[str]) -> str:
    """What schemathesis reads: credentials, and ids that exist."""
    user, password = partner.client
    quoted = ", ".join(json.dumps(identifier) for identifier in identifiers)
    return f"""
request-timeout = 30.0

[auth.openapi.bearer]
bearer = "{partner.token}"

[auth.openapi.client]
username = "{user}"
password = "{password}"

[dictionaries.submissions]
values = [{quoted}]

# A long poll of 20 seconds for every other case would leave no time for the rest.
[dictionaries.seconds]
values = [0, 1]

[parameters]
"query.wait" = {{ dictionary = "seconds", probability = 0.9 }}
"path.id" = {{ dictionary = "submissions", probability = 0.8 }}
"query.reference" = {{ dictionary = "references", probability = 0.5 }}

[dictionaries.references]
values = ["conformance"]
"""


def schemathesis(folder: str, arguments: list[str]) -> int:
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(pathlib.Path(folder, CONFIG)), "--no-color"]
    start = time.monotonic()
    status = subprocess.run([*program, "run", *arguments, "--seed", "1"], cwd=folder).returncode
    print(f"schemathesis: {time.monotonic() - start:.0f} s, status {status}", flush=True)
    return status


def control(partner: Partner, folder: str) -> bool:
    """Whether a document that promises another health is found wrong."""
    document = partner.call("GET", "/openapi.json")
    document["components"]["schemas"]["HealthStatus"] = {"const": "splendid"}
    wrong = pathlib.Path(folder, "wrong.json")
    wrong.write_text(json.dumps(document))
    arguments = [str(wrong), "--url", partner.api, "--include-path", "/healthz", "--max-time", "5"]
    return schemathesis(folder, arguments) != 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--credentials", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=40)
    arguments = parser.parse_args()
    partner = Partner(arguments.api, json.loads(arguments.credentials.read_text()))
    confirmed = [partner.confirmed() for _ in range(8)]
    identifiers = confirmed + [partner.create()["correlationId"] for _ in range(8)] + [partner.erased()]
    if not has_result(partner, confirmed[0]):
        print("*** no matcher here: the schema of a result is NOT tried", flush=True)
    for check, reason in LEFT_OUT.items():
        print(f"check left out: {check}: {reason}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, CONFIG).write_text(configuration(partner, identifiers))
        if not control(partner, folder):
            print("a wrong document was not found wrong: this test tests nothing", flush=True)
            return 1
        print("── the control failed, as it must; now the true document", flush=True)
        wanted = ["--max-time", str(arguments.seconds), "--exclude-checks", ",".join(LEFT_OUT)]
        return schemathesis(folder, [f"{arguments.api}/openapi.json", "--workers", "2", *wanted])


if __name__ == "__main__":
    sys.exit(main())
