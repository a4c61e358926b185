# The ids that the OASIS library gives to observables without one.
import json
import sys

import stix2

objects = json.load(sys.stdin)
ids = [stix2.parse({**object, "spec_version": "2.1"}, version="2.1").id for object in objects]
json.dump(ids, sys.stdout)
