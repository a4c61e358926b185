"""A peer: Splink on DuckDB, which estimates how likely two records are of one
entity and clusters those that are. Here the entity is whoever opens accounts."""

import os

import duckdb
import measure
import pyarrow
import splink.comparison_library as compared
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

# Pairs below it are not kept; above it they are of one cluster.
PROBABLE, CERTAIN = 0.9, 0.95
# Splink's own advice for a first model.
SAMPLED_PAIRS = 1e6

MADE = {
    "ip": ["ip", r"regexp_replace(ip, '[.:][^.:]*$', '') AS network"],
    "asn": ["asn"],
    "device_id": ["device_id"],
    "fingerprint": ["fingerprint"],
    "phone": ["phone", "left(phone, 9) AS block"],
    "ja4": ["ja4"],
    "user_agent": ["user_agent"],
    "email": [
        "split_part(email, '@', 2) AS domain",
        "regexp_replace(regexp_replace(split_part(email, '@', 1), '[0-9]', '0', 'g'),"
        " '[^0-9._-]', 'a', 'g') AS shape",
    ],
}

database = duckdb.connect()
database.execute(f"SET threads = {measure.THREADS}")
database.execute(f"SET memory_limit = '{measure.MEMORY_BYTES}B'")
database.execute(f"SET temp_directory = '{measure.ANSWER}.spill'")
files = os.path.join(measure.LAKE, "day=*", "*.parquet")
log = database.read_parquet(files)
made = [column for name, columns in MADE.items() if name in log.columns for column in columns]
made = ["account_id AS unique_id", "date_trunc('hour', timestamp) AS hour", *made]
signups = log.project(", ".join(made))
signups.create("signups")
has = set(database.table("signups").columns)

# An address alone would pair whole carriers: within an hour it is close to one.
rules = [["device_id"], ["phone"], ["ip", "hour"], ["network", "domain", "shape", "hour"]]
rules = [rule for rule in rules if has.issuperset(rule)]
exact = ["device_id", "fingerprint", "ip", "block", "domain", "shape", "ja4", "user_agent", "asn"]
comparisons = [
    compared.ExactMatch(name).configure(term_frequency_adjustments=True)
    for name in exact
    if name in has
]
settings = SettingsCreator(
    link_type="dedupe_only",
    comparisons=comparisons,
    blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
    # One pair of a hundred thousand is of one hand.
    probability_two_random_records_match=1e-5,
    retain_intermediate_calculation_columns=False,
    retain_matching_columns=False,
)
linker = Linker("signups", settings, db_api=DuckDBAPI(database), set_up_basic_logging=False)
linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=1)
# What pairs are blocked on cannot be learned from them: two rules teach it all.
for rule in [rules[0], rules[-1]]:
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on(*rule), fix_probability_two_random_records_match=True
    )
pairs = linker.inference.predict(threshold_match_probability=PROBABLE)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, CERTAIN)
found = database.sql(
    f"FROM {clusters.physical_name} SELECT unique_id, dense_rank() OVER (ORDER BY cluster_id) AS n"
).to_arrow_table()
number = found["n"].to_numpy().astype("int64")
measure.done(found["unique_id"].cast(pyarrow.string()), *measure.grouped(number))
