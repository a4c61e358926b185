# What the OASIS parser says of patterns: of ours, and of those of its own tests.
import ast
import json
import sys
from importlib import resources

from stix2patterns.validator import run_validator

own = resources.files("stix2patterns.test.v21")
theirs = own.joinpath("spec_examples.txt").read_text().splitlines()
for node in ast.parse(own.joinpath("test_validator.py").read_text()).body:
    if isinstance(node, ast.Assign) and node.targets[0].id.endswith("_CASES"):
        if isinstance(node.value, ast.List):
            cases = ast.literal_eval(node.value)
            theirs += [case if isinstance(case, str) else case[0] for case in cases]
patterns = json.load(sys.stdin) + [pattern.strip() for pattern in theirs]


def is_valid(pattern):
    try:
        return not run_validator(pattern, "2.1")
    except Exception:
        return False  # It says what is wrong by breaking.


json.dump([[pattern, is_valid(pattern)] for pattern in patterns], sys.stdout)
