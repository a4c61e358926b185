"""A TAXII server that does one thing badly, or all well: `python -c … STORY`. Its port is
its first line of output."""
import json, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STORY = sys.argv[1]
ID = "00000000-0000-4000-8000-0000000000c0"
seen = {"refused": 0, "pages": 0}


def actor(n, **rest):
    return {
        "type": "intrusion-set", "spec_version": "2.1", "name": f"Actor-{n}",
        "id": f"intrusion-set--00000000-0000-4000-8000-{n:012}",
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", **rest,
    }


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def date_time_string(self, timestamp=None):
        # By a clock of its own: a second a page.
        return f"Thu, 05 Nov 2026 08:00:{seen['pages']:02} GMT"

    def tell(self, body, status=200, kind="application/taxii+json;version=2.1", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/taxii2/":
            root = "/api/" if STORY == "relative" else f"http://{self.headers['Host']}/api/"
            return self.tell({"title": "Badly", "api_roots": [root]})
        if path == "/api/":
            return self.tell({"title": "Root", "versions": ["application/taxii+json;version=2.1"],
                              "max_content_length": 1000000})
        if path == "/api/collections/":
            return self.tell({"collections": [
                {"id": ID, "title": "Badly", "can_read": True, "can_write": False}]})
        if path == f"/api/collections/{ID}/objects/":
            return self.objects(query)
        self.tell({"title": "nothing here"}, 404)

    def objects(self, query):
        seen["pages"] += 1
        if STORY == "invalid":
            wrong = [actor(2, name=7), {"type": "intrusion-set"}, "text", actor(3, confidence=900)]
            return self.tell({"objects": [actor(1), *wrong, actor(4)]})
        if STORY == "no-next":
            return self.tell({"more": True, "objects": [actor(seen["pages"])]})
        if STORY == "same-next":
            return self.tell({"more": True, "next": "x", "objects": [actor(1)]})
        if STORY == "empty":
            return self.tell({})
        if STORY == "no-times" and seen["pages"] < 3:
            return self.tell({"more": True, "next": "one", "objects": [actor(seen["pages"])]})
        if STORY == "stalls" and seen["pages"] == 1:
            return self.tell({"more": True, "next": "2", "objects": [actor(1), actor(2)]})
        if STORY == "stalls" and seen["pages"] == 2:
            print("stalled", flush=True)
            time.sleep(600)
        if STORY == "stalls":
            return self.tell({"objects": [actor(1), actor(2), actor(3)]})
        if STORY == "huge":
            self.send_response(200)
            self.send_header("Content-Type", "application/taxii+json;version=2.1")
            self.end_headers()
            try:
                self.wfile.write(b'{"objects": [')
                while True:
                    self.wfile.write(b" " * (1 << 20))
            except OSError:
                return
        if STORY == "busy" and seen["refused"] < 2:
            seen["refused"] += 1
            return self.tell({"title": "busy"}, 429, Retry_After="1")
        if STORY == "half":
            self.send_response(200)
            self.send_header("Content-Type", "application/taxii+json;version=2.1")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b'{"objects": [')
            return None
        if STORY == "html":
            return self.tell(b"<html>sign in</html>", kind="text/html")
        if STORY == "json":
            return self.tell(b'{"objects": [}')
        return self.tell({"objects": [actor(1)]})


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
# It ends with whoever started it.
threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
server.serve_forever()
