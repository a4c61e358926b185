"""What every peer shares: it reads the lake, answers in the form in which a scan
does, so that all are judged alike, and says what that took.

    python PEER.py LAKE ANSWER THREADS MEMORY_BYTES

What is taken ends where the answer is known: writing it is left out, to the
peer's favour, and so is starting Python.
"""

import json
import os
import resource
import sys
import time

LAKE, ANSWER = sys.argv[1:3]
THREADS, MEMORY_BYTES = int(sys.argv[3]), int(sys.argv[4])

# Read when the libraries are loaded, so before they are.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(THREADS)

import numpy
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

pyarrow.set_cpu_count(THREADS)


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


BEGUN_S, BEGUN_CPU_S = time.monotonic(), cpu_s()


def log(columns):
    """Those of the columns that the log has, as a table."""
    lake = pyarrow.dataset.dataset(LAKE, format="parquet")
    return lake.to_table([name for name in columns if name in lake.schema.names])


def codes(column):
    """A dense number for each text, -1 where there is none."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)


def counts(code):
    """How many rows share each row's number, 0 where it has none."""
    return numpy.where(code < 0, 0, numpy.bincount(code + 1)[code + 1])


def done(account, cluster, risk):
    """Prints what it took; then writes accounts, clusters (none: alone) and risks
    from 0 to 1, higher is worse."""
    taken = {
        "wall_s": time.monotonic() - BEGUN_S,
        "cpu_s": cpu_s() - BEGUN_CPU_S,
        # Kilobytes on Linux, bytes on macOS.
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        * (1 if sys.platform == "darwin" else 1024),
        "clusters": None if cluster is None else len(cluster.drop_null().unique()),
    }
    if cluster is None:
        cluster = pyarrow.nulls(len(account), pyarrow.string())
    os.makedirs(ANSWER, exist_ok=True)
    answer = {"account_id": account, "campaign_id": cluster.cast(pyarrow.string()), "risk": risk}
    pyarrow.parquet.write_table(pyarrow.table(answer), os.path.join(ANSWER, "accounts.parquet"))
    print(json.dumps(taken))


def grouped(cluster):
    """Clusters of two and more for `done`, from a number a row; and a risk that
    grows with their size, since they have nothing else to be ranked by."""
    size = counts(cluster)
    named = pyarrow.array(cluster, mask=size < 2)
    return named, 1.0 - 1.0 / numpy.maximum(size, 1)
