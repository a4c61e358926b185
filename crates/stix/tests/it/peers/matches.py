# What the OASIS matcher finds: in ours, and in every case of its own tests, which are
# run with a matcher that writes down what it was asked and what it found.
import contextlib
import copy
import io
import json
import sys

import pytest
from stix2matcher import matcher

cases = []
match = matcher.match


def remembered(pattern, observed, verbose=False, stix_version="2.1"):
    observed = copy.deepcopy(observed)
    try:
        found = match(pattern, observed, verbose, stix_version)
    except Exception as error:
        cases.append([pattern, observed, None])
        raise error
    cases.append([pattern, observed, bool(found)])
    return found


matcher.match = remembered
with contextlib.redirect_stdout(io.StringIO()):
    pytest.main(["-q", "-p", "no:cacheprovider", "--pyargs", "stix2matcher.test.v21"])
for pattern, observed in json.load(sys.stdin):
    with contextlib.suppress(Exception):
        remembered(pattern, observed)
json.dump(cases, sys.stdout, default=str)
