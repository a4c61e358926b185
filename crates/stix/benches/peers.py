# The figures of `cargo bench -p stix` for the OASIS libraries, on the same bundles:
# target/stix-tools/bin/python crates/stix/benches/peers.py BUNDLE.json[.gz] …
import gzip
import json
import sys
import time

import stix2
from stix2validator import ValidationOptions, validate_instance

# Validation is slow: so many objects of a bundle tell enough.
OBJECTS_MAX = 500


def rate(count, work):
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


options = ValidationOptions(version="2.1", silent=True)
print(f"{'bundle':<34} {'objects':>8} {'json/s':>12} {'stix2/s':>12} {'validate/s':>12}")
for path in sys.argv[1:]:
    text = (gzip.open if path.endswith(".gz") else open)(path, "rb").read()
    objects = json.loads(text)["objects"]
    some = objects[:: max(1, len(objects) // OBJECTS_MAX)]
    print(
        f"{path.rsplit('/')[-1]:<34} {len(objects):>8}"
        f" {rate(len(objects), lambda: json.loads(text)):>12.0f}"
        f" {rate(len(some), lambda: [stix2.parse(one, allow_custom=True) for one in some]):>12.0f}"
        f" {rate(len(some), lambda: [validate_instance(one, options) for one in some]):>12.0f}"
    )
