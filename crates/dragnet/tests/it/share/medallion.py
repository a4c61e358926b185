"""medallion, the TAXII server of OASIS, with one empty collection. Its port is its first
line of output."""
import io, json, logging, sys, threading
import medallion
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)
app = medallion.application_instance
server = make_server("127.0.0.1", 0, app)
here = f"http://127.0.0.1:{server.port}/"
collection = {
    "id": "00000000-0000-4000-8000-0000000000c0", "title": "Inbox", "can_read": True,
    "can_write": True, "media_types": [], "objects": [], "manifest": [],
}
information = {
    "title": "Root", "versions": ["application/taxii+json;version=2.1"],
    "max_content_length": 20_000,
}
data = {
    "/discovery": {"title": "medallion", "default": here + "api/", "api_roots": [here + "api/"]},
    "api": {"information": information, "status": [], "collections": [collection]},
}
config = {
    "backend": {
        "module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
        "filename": io.StringIO(json.dumps(data)),
    },
    "users": {"us": "a password"},
    "taxii": {"max_page_size": 100},
}
for name in config:
    medallion.set_config(app, name, config)
medallion.register_blueprints(app)
print(server.port, flush=True)
# It ends with whoever started it.
threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
server.serve_forever()
