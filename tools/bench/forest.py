"""A peer: scikit-learn's isolation forest on numbers that are quickly made of a
sign-up. It ranks accounts and names no campaigns."""

import numpy
import pyarrow.compute as compute
from measure import THREADS, codes, counts, done, log
from sklearn.ensemble import IsolationForest

COUNTED = ["ip", "device_id", "fingerprint", "phone", "ja4", "user_agent", "asn", "country"]

table = log(["account_id", "timestamp", "email", "username", *COUNTED])
features = [
    numpy.log1p(counts(codes(table[key]))) for key in COUNTED if key in table.column_names
]
if "ip" in table.column_names:
    network = compute.replace_substring_regex(table["ip"], r"[.:][^.:]*$", "")
    features.append(numpy.log1p(counts(codes(network))))
if "email" in table.column_names:
    local = compute.replace_substring_regex(table["email"], "@.*$", "")
    domain = compute.replace_substring_regex(table["email"], "^.*@", "")
    shape = compute.replace_substring_regex(local, "[0-9]", "0")
    shape = compute.replace_substring_regex(shape, "[^0-9._-]", "a")
    features.append(numpy.log1p(counts(codes(domain))))
    features.append(numpy.log1p(counts(codes(shape))))
for name in [local] if "email" in table.column_names else []:
    length = compute.fill_null(compute.utf8_length(name), 0)
    digits = compute.fill_null(compute.count_substring_regex(name, "[0-9]"), 0)
    features.extend([length.to_numpy(), digits.to_numpy()])
features.append(compute.hour(table["timestamp"]).to_numpy())
forest = IsolationForest(n_estimators=100, n_jobs=THREADS, random_state=1)
features = numpy.column_stack(features).astype(numpy.float32)
# From -1, as odd as can be, to 0.
risk = -forest.fit(features).score_samples(features)
done(table["account_id"], None, numpy.clip(risk, 0.0, 1.0))
