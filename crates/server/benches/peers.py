#!/usr/bin/env python3
"""What other TAXII servers cost beside ours: crates/server/benches/peers.py [FOLDER]

Python 3.11 is needed, and PyPI. Into FOLDER (a new one where none is named) go two
environments by peers.requirements.txt, and what the servers keep. Each is started under
gunicorn. medallion keeps objects in memory, so that processes cannot share it, and with
several threads it answers 500 (a list is empty for the others while it is sorted in its
place): it has one process with one thread, and is asked by one client. opentaxii has two
processes with two threads each, on SQLite; it is asked with a token, since it hashes a
password anew each time.

Then the client of the bench `taxii` asks each, and last ours, for the same: one object by
its id, pages of 100 and of 1,000, POSTs. There are 10,000 objects, or as many as the
variable OBJECTS says; of those, medallion answers a page only after minutes. Processor
time is that of the server with its children, read from /proc.
"""

import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
OBJECTS = os.environ.get("OBJECTS", "10000")
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
CONTENT_MAX = 32 * 1024 * 1024


def environment(folder, name):
    """The programs of a peer, installed where they are not yet."""
    programs = folder / name / "bin"
    if not (programs / "gunicorn").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / name], check=True)
        listed = (HERE / "peers.requirements.txt").read_text()
        wanted = re.search(rf"^# {name}\n((?:[^#\n]+\n)+)", listed, re.M).group(1)
        install = [programs / "pip", "install", "--quiet", *wanted.split()]
        subprocess.run(install, check=True)
    return programs


def medallion(folder):
    """How it is started, where its root is, what opens it."""
    programs = environment(folder, "medallion")
    collection = {
        "id": COLLECTION, "title": "Bench", "can_read": True, "can_write": True,
        "media_types": [], "objects": [], "manifest": [],
    }
    data = {
        "/discovery": {"title": "Bench", "default": "bench", "api_roots": ["bench"]},
        "bench": {
            "information": {
                "title": "Bench", "versions": ["application/taxii+json;version=2.1"],
                "max_content_length": CONTENT_MAX,
            },
            "status": [],
            "collections": [collection],
        },
    }
    (folder / "medallion.data.json").write_text(json.dumps(data))
    config = {
        "backend": {
            "module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
            "filename": str(folder / "medallion.data.json"),
        },
        "users": {"bench": "bench"},
        "taxii": {"max_page_size": 10000},
    }
    (folder / "medallion.json").write_text(json.dumps(config))
    app = f"medallion:load_app('{folder}/medallion.json')"
    command = [programs / "gunicorn", app, "--workers", "1", "--threads", "1"]
    return command, {}, f"/bench/collections/{COLLECTION}/", "Basic YmVuY2g6YmVuY2g="


def opentaxii(folder):
    """The same of the other."""
    programs = environment(folder, "opentaxii")
    for old in folder.glob("opentaxii.*"):
        old.unlink()
    config = {
        "domain": "localhost",
        "support_basic_auth": True,
        "auth_api": {
            "class": "opentaxii.auth.sqldb.SQLDatabaseAPI",
            "parameters": {
                "db_connection": f"sqlite:///{folder}/opentaxii.auth",
                "create_tables": True, "secret": "of a bench" * 8, "token_ttl_secs": 86400,
            },
        },
        "taxii1": None,
        "taxii2": {
            "title": "Bench", "max_content_length": CONTENT_MAX, "public_discovery": True,
            "allow_custom_properties": True,
            "persistence_api": {
                "class": "opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI",
                "parameters": {
                    "db_connection": f"sqlite:///{folder}/opentaxii.data",
                    "create_tables": True,
                },
            },
        },
        "logging": {"opentaxii": "warning", "root": "warning"},
    }
    (folder / "opentaxii.yml").write_text(json.dumps(config))
    settings = {"OPENTAXII_CONFIG": str(folder / "opentaxii.yml")}

    def run(program, *arguments):
        command = [programs / f"opentaxii-{program}", *arguments]
        env = os.environ | settings
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    said = run("create-account", "-u", "bench", "-p", "bench", "-a")
    token = re.search(r"token: (\S+)", said).group(1)
    run("add-api-root", "-t", "Bench", "--default")
    root = number(folder, "opentaxii_api_root")
    run("add-collection", "-r", root, "-t", "Bench", "--public", "--public-write")
    collection = number(folder, "opentaxii_collection")
    command = [programs / "gunicorn", "opentaxii.http:app", "--workers", "2", "--threads", "2"]
    path = f"/taxii2/{root}/collections/{collection}/"
    return command, settings, path, f"Bearer {token}"


def number(folder, table):
    """The id of the only row."""
    with sqlite3.connect(folder / "opentaxii.data") as data:
        digits = data.execute(f"SELECT id FROM {table}").fetchone()[0].replace("-", "")
    return "-".join(digits[a:b] for a, b in [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)])


def wait_for(port):
    """Until it answers, whatever it says."""
    for _ in range(100):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/taxii2/")
        except urllib.error.HTTPError:
            return None
        except OSError:
            time.sleep(0.1)
    sys.exit("it does not start")


def bench(*arguments):
    """The client, and with no peer named our server too."""
    command = ["cargo", "bench", "-q", "-p", "server", "--bench", "taxii", "--"]
    subprocess.run([*command, "--objects", OBJECTS, *arguments], cwd=HERE, check=True)


def main():
    given = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="peers-")
    folder = pathlib.Path(given).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for port, peer, connections in [(5801, medallion, "1"), (5802, opentaxii, "4")]:
        command, settings, path, opens = peer(folder)
        listen = ["--worker-class", "gthread", "--bind", f"127.0.0.1:{port}"]
        command = [*command, *listen, "--log-level", "warning"]
        env = os.environ | settings
        server = subprocess.Popen(command, cwd=folder, env=env)
        try:
            wait_for(port)
            print(f"{peer.__name__}:", flush=True)
            peer_of = ["--peer", f"127.0.0.1:{port}", "--process", str(server.pid)]
            peer_of += ["--connections", connections]
            bench(*peer_of, "--path", path, "--authorization", opens)
        finally:
            server.terminate()
            server.wait()
    print("ours:", flush=True)
    bench()


if __name__ == "__main__":
    main()
