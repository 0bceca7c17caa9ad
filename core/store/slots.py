"""Has this job run for this moment? One row per (job, slot): a slot happens once (I26).

`slot` is the moment at which the job was due, in UTC milliseconds. States: RUNNING (leased),
DONE, MISSED (too old to make up when we came back) and FIRST (where the job's history begins).
"""

from core.store.tx import Row, Tx


def last(tx: Tx, job: str) -> int | None:
    """Return the newest slot of `job` that is settled; None if the job was never seen."""
    slot: int | None = tx.value(
        "SELECT MAX(slot) FROM job_slot WHERE job = :job AND state <> 'RUNNING'", job=job
    )
    return slot


def record(tx: Tx, job: str, slot: int, state: str) -> bool:
    """Write down a slot that is not going to run (FIRST or MISSED); False if it is there."""
    added = tx.run(
        "INSERT INTO job_slot (job, slot, state, claimed_by, lease_until, late)"
        " VALUES (:job, :slot, :state, '', 0, 0) ON CONFLICT (job, slot) DO NOTHING",
        job=job,
        slot=slot,
        state=state,
    )
    return added == 1


def claim(tx: Tx, job: str, slot: int, worker: str, until: int, *, late: bool) -> bool:
    """Take a slot until the time `until`; False if it is settled or another one runs it.

    A slot whose holder died may be taken again when its lease has run out.
    """
    taken = tx.run(
        "INSERT INTO job_slot (job, slot, state, claimed_by, lease_until, late)"
        " VALUES (:job, :slot, 'RUNNING', :worker, :until, :late)"
        " ON CONFLICT (job, slot) DO UPDATE SET claimed_by = excluded.claimed_by,"
        " lease_until = excluded.lease_until, late = excluded.late"
        " WHERE job_slot.state = 'RUNNING' AND job_slot.lease_until <= :now",
        job=job,
        slot=slot,
        worker=worker,
        until=until,
        late=int(late),
        now=tx.now,
    )
    return taken == 1


def finish(tx: Tx, job: str, slot: int) -> None:
    """Settle a slot that ran."""
    tx.run(
        "UPDATE job_slot SET state = 'DONE', done_at = :now, lease_until = 0"
        " WHERE job = :job AND slot = :slot",
        job=job,
        slot=slot,
        now=tx.now,
    )


def between(tx: Tx, job: str, start: int, end: int) -> list[Row]:
    """Return the rows of `job` with start <= slot < end, in order."""
    return tx.all(
        "SELECT * FROM job_slot WHERE job = :job AND slot >= :start AND slot < :end ORDER BY slot",
        job=job,
        start=start,
        end=end,
    )


def prune(tx: Tx, before: int) -> int:
    """Forget settled slots before `before`, but never a job's newest (it marks the place)."""
    return tx.run(
        "DELETE FROM job_slot WHERE slot < :before AND state <> 'RUNNING' AND slot <"
        " (SELECT MAX(newest.slot) FROM job_slot AS newest WHERE newest.job = job_slot.job"
        " AND newest.state <> 'RUNNING')",
        before=before,
    )


def orphans(tx: Tx, job: str) -> list[int]:
    """Return slots of `job` whose runner died: RUNNING, and the lease ran out."""
    rows = tx.all(
        "SELECT slot FROM job_slot WHERE job = :job AND state = 'RUNNING'"
        " AND lease_until <= :now ORDER BY slot",
        job=job,
        now=tx.now,
    )
    return [row["slot"] for row in rows]


def abandon(tx: Tx, worker: str) -> int:
    """End the leases of `worker`, which has just started and so runs nothing yet."""
    return tx.run(
        "UPDATE job_slot SET lease_until = 0 WHERE state = 'RUNNING' AND claimed_by = :worker",
        worker=worker,
    )
