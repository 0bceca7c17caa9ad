"""What fault tests may ask for: as many fresh databases as they kill processes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster

NewDatabase = Callable[[], str]


@pytest.fixture
def new_database(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[NewDatabase]:
    """Return a maker of fresh migrated databases of the kind at hand."""
    if database.startswith("sqlite"):
        numbers = iter(range(10_000))

        def copy() -> str:
            file = tmp_path / f"crash-{next(numbers)}.db"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
            return f"sqlite:///{file}"

        yield copy
        return
    server: Cluster = request.getfixturevalue("cluster")
    template = request.getfixturevalue("postgres_template")
    made: list[str] = []

    def create() -> str:
        made.append(server.create(template))
        return server.url(made[-1])

    yield create
    for name in made:
        server.drop(name)
