# What the OASIS validator says of objects: [[errors, warnings], …].
import json
import sys

from stix2validator import ValidationOptions, validate_instance

options = ValidationOptions(version="2.1", silent=True)


def said(object):
    try:
        found = validate_instance(object, options)
    except Exception as error:
        return [[f"broke: {error!r}"], []]
    return [[error.message for error in found.errors], [str(warning) for warning in found.warnings]]


json.dump([said(object) for object in json.load(sys.stdin)], sys.stdout)
