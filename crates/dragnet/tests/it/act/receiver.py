"""Receives webhooks as a platform does: `python -c … ANSWERS`, where ANSWERS are what it
answers in turn, the last one for all that follow; `hang` answers nothing. Its port is its
first line of output, each delivery another one."""
import json, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from standardwebhooks import Webhook

answers = sys.argv[1].split(",")


class Receiver(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            told = Webhook(open("secret").read().strip()).verify(body, dict(self.headers))
            error = None
        except Exception as e:
            told, error = json.loads(body), repr(e)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        line = {"path": self.path, "id": self.headers["webhook-id"], "error": error,
                "answer": answer, "told": told}
        print(json.dumps(line), flush=True)
        if answer == "hang":
            time.sleep(60)
        self.send_response(int(answer))
        if answer == "302":
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()


server = ThreadingHTTPServer(("127.0.0.1", int((sys.argv[2:] or ["0"])[0])), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
