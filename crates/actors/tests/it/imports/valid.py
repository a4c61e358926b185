# What the OASIS validator finds wrong with objects, together: ["type: error", …].
import json
import sys

from stix2validator import ValidationOptions, validate_instance

options = ValidationOptions(version="2.1", silent=True)
errors = []
for object in json.load(sys.stdin):
    found = validate_instance(object, options)
    errors += [f"{object['type']}: {error.message}" for error in found.errors]
json.dump(errors, sys.stdout)
