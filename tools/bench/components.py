"""A peer: connected components of accounts that share an address, a device, a
fingerprint or a phone number (SciPy's csgraph)."""

import numpy
from measure import codes, counts, done, grouped, log
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

KEYS = ["ip", "device_id", "fingerprint", "phone"]

# More share it: a carrier's gateway or a popular phone, which would tie the
# whole platform together.
SHARED_MAX = 50

table = log(["account_id", *KEYS])
rows = table.num_rows
accounts, values, first = [], [], rows
for key in KEYS:
    if key not in table.column_names:
        continue
    code = codes(table[key])
    shared = counts(code)
    linked = numpy.flatnonzero((shared > 1) & (shared <= SHARED_MAX))
    accounts.append(linked)
    values.append(code[linked] + first)
    first += int(code.max(initial=-1)) + 1
ends = numpy.concatenate(accounts), numpy.concatenate(values)
graph = coo_matrix((numpy.ones(len(ends[0]), dtype=numpy.int8), ends), shape=(first, first))
_, component = connected_components(graph, directed=False)
done(table["account_id"], *grouped(component[:rows]))
