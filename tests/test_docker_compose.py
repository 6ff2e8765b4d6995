"""docker-compose.yml is whole: read by compose itself, which needs no engine for that."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[1]
SECRETS = {"HUASHAN_OWNER_PASSWORD": "one", "HUASHAN_APP_PASSWORD": "two"}


def compose() -> list[str]:
    """The command that this machine has; the test is skipped, saying so, where there is none."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and not subprocess.run([*command, "version"], capture_output=True).returncode:
            return command
    pytest.skip("neither `docker compose` nor docker-compose is installed")


def config(**variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUASHAN_")}
    return subprocess.run([*compose(), "config"], cwd=CHECKOUT, env=kept | variables, capture_output=True, text=True)


@pytest.fixture(scope="module")
def services():
    done = config(**SECRETS)
    assert done.returncode == 0, done.stderr
    return json.loads(json.dumps(yaml.safe_load(done.stdout)))["services"]


def test_both_parts_have_health_checks(services):
    assert services["database"]["healthcheck"]["test"]
    assert "HEALTHCHECK" in (CHECKOUT / "api" / "Dockerfile").read_text("utf-8")
    assert services["api"]["depends_on"]["database"]["condition"] == "service_healthy"


def test_the_database_is_published_to_nobody_and_the_api_to_this_machine(services):
    assert "ports" not in services["database"]
    assert "127.0.0.1" in str(services["api"]["ports"])


def test_data_is_in_a_named_volume(services):
    assert "database" in str(services["database"]["volumes"])


def test_server_and_migrations_have_roles_of_their_own(services):
    environment = services["api"]["environment"]
    assert "huashan_app:two@" in environment["HUASHAN_DATABASE_URL"]
    assert "huashan_owner:one@" in environment["HUASHAN_OWNER_URL"]


def test_without_the_secrets_it_says_which_is_missing():
    done = config()
    assert done.returncode and "HUASHAN_OWNER_PASSWORD" in done.stderr


def test_the_image_starts_from_debian_and_runs_the_install_script():
    lines = (CHECKOUT / "api" / "Dockerfile").read_text("utf-8").splitlines()
    assert next(line for line in lines if line.startswith("FROM")) == "FROM debian:12"
    assert any("api/install/install.sh" in line for line in lines)
    for line in lines:
        if line.startswith("COPY"):
            assert all((CHECKOUT / name).exists() for name in line.split()[1:-1]), line
