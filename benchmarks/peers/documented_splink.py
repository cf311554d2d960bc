"""Splink as its documentation models such data: the comparisons of its examples, trained on the very data it links.

Unlike ours, this model is estimated on each data set (u by sampling, m by expectation maximisation), which a force's
night cannot do for every delivery; it is therefore a strong peer.
"""

from __future__ import annotations

import logging
import sys
from contextlib import redirect_stdout

import pyarrow as pa

THRESHOLD = 0.95
"""Of match probability, as in the documentation's examples."""

COLUMNS = {
    "first_std": "name", "sur_std": "name", "date_of_birth": "date", "postcode": "exact", "address_std": "near",
    "online_handle": "email",
}  # fmt: skip


def link(appearances: pa.Table) -> dict[int, int]:
    """Cluster of each appearance_id; columns of :data:`COLUMNS` that are empty throughout are left out."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    frame = appearances.select(["appearance_id", *COLUMNS]).to_pandas().replace("", None)
    frame["date_of_birth"] = [d.isoformat() if d else None for d in appearances["date_of_birth"].to_pylist()]
    kinds = {
        "name": cl.NameComparison,
        "date": lambda c: cl.DateOfBirthComparison(c, input_is_string=True),
        "email": cl.EmailComparison,
        "exact": lambda c: cl.ExactMatch(c).configure(term_frequency_adjustments=True),
        "near": lambda c: cl.LevenshteinAtThresholds(c, [1, 3]),
    }
    names = [c for c in COLUMNS if frame[c].notna().any()]
    blocks = [block_on(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="appearance_id",
        comparisons=[kinds[COLUMNS[name]](name) for name in names],
        blocking_rules_to_generate_predictions=blocks,
    )
    with redirect_stdout(sys.stderr):  # it tells its progress there
        linker = Linker(DuckDBAPI().register(frame[["appearance_id", *names]]), settings)
        training = linker.training
        certain = [block_on("date_of_birth", "sur_std")]
        training.estimate_probability_two_random_records_match(certain, recall=0.7)
        training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("date_of_birth"), block_on("sur_std")):
            training.estimate_parameters_using_expectation_maximisation(rule)
        pairs = linker.inference.predict(threshold_match_probability=THRESHOLD)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD)
    found = clusters.as_pandas_dataframe()
    return dict(zip(found["appearance_id"], found["cluster_id"], strict=True))
