# An event as the library of MISP writes it, with what trackers of account shops share.
import json
import sys

from pymisp import MISPEvent, MISPObject, MISPOrganisation, MISPSighting

e = MISPEvent()
e.uuid = "5f2f6a3e-0000-4000-8000-000000000001"
e.info = "Accounts for sale"
e.distribution = 1
e.threat_level_id = 2
e.analysis = 1
o = MISPOrganisation()
o.name = "CERT Example"
o.uuid = "5f2f6a3e-0000-4000-8000-0000000000aa"
e.Orgc = o
e.add_tag("tlp:amber")
e.add_tag("fraud:account")
e.date = "2024-05-01"
e.timestamp = 1714600000
e.published = True
e.publish_timestamp = 1714700000
vals = [
    ("domain", "shop.example.com"),
    ("hostname", "api.example.net"),
    ("ip-dst", "198.51.100.7"),
    ("ip-src", "2001:db8::7"),
    ("url", "https://shop.example.com/buy"),
    ("email-src", "seller@example.org"),
    ("email-dst", "buyer@example.org"),
    ("md5", "0" * 32),
    ("sha1", "1" * 40),
    ("sha256", "2" * 64),
    ("filename", "kit.zip"),
    ("filename|sha256", "kit.zip|" + "3" * 64),
    ("domain|ip", "solver.example.net|203.0.113.5"),
    ("ip-dst|port", "203.0.113.6|443"),
    ("user-agent", "Mozilla/5.0 (Kit)"),
    ("phone-number", "+12025550123"),
    ("btc", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ("github-username", "captchakit"),
    ("whois-registrant-name", "Jane Doe"),
    ("whois-registrant-email", "registrant@example.org"),
    ("whois-registrant-org", "Example Shops"),
    ("AS", "64500"),
    ("mac-address", "00:00:5e:00:53:01"),
    ("mutex", "kit-lock"),
    ("regkey", "HKCU\\Software\\Kit"),
    ("yara", "rule a { condition: true }"),
    ("vulnerability", "CVE-2024-0001"),
    ("threat-actor", "Storm-1152"),
    ("campaign-name", "spring"),
    ("link", "https://example.com/report"),
    ("text", "free words"),
    ("comment", "=cmd|x"),
    ("ja3-fingerprint-md5", "a" * 32),
    ("snort", 'alert tcp any any -> any any (msg:"x"; sid:1;)'),
    ("target-email", "victim@example.org"),
    ("ssdeep", "3:abc:def"),
    ("cookie", "a=b"),
]
for t, v in vals:
    a = e.add_attribute(
        t,
        v,
        to_ids=t not in ("text", "comment", "link", "whois-registrant-name"),
        comment="seen in " + t,
    )
    a.timestamp = 1714500000
    if t == "domain":
        a.add_tag("tlp:red")
        s = MISPSighting()
        s.from_dict(
            type="0",
            date_sighting=1714650000,
            source="honeypot",
            uuid="5f2f6a3e-0000-4000-8000-0000000000b1",
        )
        a.add_sighting(s) if hasattr(a, "add_sighting") else None
    if t == "url":
        a.delete()
d = MISPObject("domain-ip")
d.add_attribute("domain", "solver2.example.net", to_ids=True)
d.add_attribute("ip", "203.0.113.9")
e.add_object(d)
p = MISPObject("person")
p.add_attribute("first-name", "Jane")
p.add_attribute("last-name", "Doe")
e.add_object(p)
f = MISPObject("file")
f.add_attribute("filename", "kit2.zip")
f.add_attribute("sha256", "4" * 64)
f.add_attribute("size-in-bytes", 12)
e.add_object(f)
m = MISPObject("email")
m.add_attribute("from", "a@example.org")
m.add_attribute("to", "b@example.org")
m.add_attribute("subject", "hello")
e.add_object(m)
u = MISPObject("url")
u.add_attribute("url", "https://x.example.com/a")
e.add_object(u)
g = MISPObject("github-user")
g.add_attribute("username", "solverlib")
e.add_object(g)
r = MISPObject("report")
r.add_attribute("summary", "what was seen")
r.add_attribute("link", "https://example.com/r")
e.add_object(r)
d.add_reference(f.uuid, "hosts")
f.add_reference(p.uuid, "created-by")
e.add_event_report("Words", "# what happened")
j = json.loads(e.to_json())
j["Galaxy"] = [
    {
        "type": "microsoft-activity-group",
        "name": "Microsoft Activity Group actor",
        "GalaxyCluster": [
            {
                "type": "microsoft-activity-group",
                "value": "Storm-1152",
                "uuid": "d9d23fe2-8efb-51cf-8913-91ed75f9379e",
                "tag_name": 'misp-galaxy:microsoft-activity-group="Storm-1152"',
                "description": "d",
                "GalaxyElement": [
                    {"key": "synonyms", "value": "x"},
                    {"key": "refs", "value": "https://example.com"},
                ],
            }
        ],
    }
]
j["Attribute"][0]["Galaxy"] = [
    {
        "type": "mitre-attack-pattern",
        "GalaxyCluster": [
            {
                "type": "mitre-attack-pattern",
                "value": "Email Accounts - T1585.002",
                "uuid": "65013dd2-bc61-43e3-afb5-a14c4fa7437a",
                "tag_name": "t",
                "meta": {
                    "external_id": ["T1585.002"],
                    "kill_chain": ["mitre-attack:enterprise:resource-development"],
                },
            }
        ],
    }
]
j["Attribute"][0].setdefault("Sighting", []).append(
    {
        "type": "1",
        "date_sighting": "1714651000",
        "uuid": "5f2f6a3e-0000-4000-8000-0000000000b2",
        "Organisation": {"name": "CERT Example", "uuid": "5f2f6a3e-0000-4000-8000-0000000000aa"},
    }
)
json.dump({"Event": j}, sys.stdout)
