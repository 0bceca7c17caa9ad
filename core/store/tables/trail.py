"""The trail: who did what. Rows are only ever added; triggers refuse anything else."""

from core.store.tables.columns import number, own_id, table, words

audit = table(
    "audit",
    own_id(),
    number("at"),
    words("actor"),  # "person:3", "job:poll", "cli", "rule:STOCK_SHORT"
    words("source"),  # the inbox key, job slot or command that caused it
    words("act"),
    words("object"),  # "order:12"; ids only, never buyer data
    words("detail"),  # names of changed fields, ids, counts
)

seal = table(
    "seal",
    own_id(),
    number("upto_id"),  # last audit row under this seal
    number("row_count"),
    words("digest"),  # sha256(previous digest + the rows since)
    number("at"),
)
