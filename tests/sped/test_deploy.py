"""The production files, checked as far as can be without a container engine: what they name exists, and agrees."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from sped import processes, run

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
PARTS = {"web", "worker", "beat", "relay"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OF_LIBRARIES = {"FORWARDED_ALLOW_IPS", "HOST", "WEB_PROCESSES"}
TOLD = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "district.example.org",
    "PUBLIC_URL": "https://district.example.org",
    "STUDENT_DATA_ENCRYPTION_KEYS": "ab" * 32,
    "BLIND_INDEX_KEY": "cd" * 32,
    "POSTGRES_PASSWORD": "a",
    "DATABASE_OWNER_PASSWORD": "b",
    "DATABASE_APP_PASSWORD": "c",
    "REDIS_PASSWORD": "d",
}


def filled(value):
    """A value as compose fills it in from `.env`."""

    def fill(match):
        name, default = match[1], match[2] or ""
        found = TOLD.get(name, "")
        assert found or default != ":?", f"{name} is needed and TOLD has none"
        return found or default.removeprefix(":-")

    return re.sub(r"\$\{([A-Z_]+)(:\?|:-[^}]*)?\}", fill, str(value))


def environment_of(service):
    return {name: filled(value) for name, value in SERVICES[service]["environment"].items()}


def test_every_part_of_make_run_has_a_container():
    assert set(run.PARTS) == PARTS
    assert set(SERVICES) == {*PARTS, "proxy", "migrate", "postgres", "redis"}


@pytest.mark.parametrize("service", sorted(PARTS | {"migrate"}))
def test_command_of_a_container_exists(service):
    command = SERVICES[service]["command"]

    if command[:2] == ["python", "-m"]:
        assert importlib.util.find_spec(command[2])
    elif command[:2] == ["python", "manage.py"]:
        assert command[2] in get_commands()
    else:
        assert command[:3] == ["celery", "-A", "sped"]
        assert command[3] in {"worker", "beat"}


@pytest.mark.parametrize("service", sorted(PARTS | {"migrate"}))
def test_settings_of_a_container_start_the_application(service):
    told = environment_of(service)
    script = (
        "from sped import settings as s; print(s.IS_PRODUCTION, s.DATABASES['default']['USER'], s.IS_OWNER)"
    )
    if service == "migrate":
        told["DATABASE_ROLE"] = "owner"  # as manage.py does for this command

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": "none", **told},
        capture_output=True,
        text=True,
        check=False,
    )

    role = "sped_owner True" if service == "migrate" else "sped_app False"
    assert done.stdout.strip() == f"True {role}", done.stderr


def test_every_setting_reaches_the_containers_and_no_other():
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read = set(re.findall(r"_env\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "sped" / "settings.py").read_text()))
    given = set().union(*(SERVICES[service]["environment"] for service in PARTS | {"migrate"}))

    assert example - given == set()
    assert given - read - OF_LIBRARIES == set()


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "web"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_what_a_container_names_is_declared():
    for name, service in SERVICES.items():
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"]), name
        assert set(service.get("depends_on", [])) <= set(SERVICES), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), volume
        for waited, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[waited], waited


def test_proxy_leads_to_the_web_container():
    target = re.search(r"reverse_proxy (\w+):(\d+)", (ROOT / "deploy" / "Caddyfile").read_text())

    assert target.groups() == ("web", SERVICES["web"]["environment"]["PORT"])


def test_image_has_everything_the_application_is_made_of():
    copied = set(re.findall(r"^COPY (?:--\S+ )?(.+) \S+$", DOCKERFILE, re.MULTILINE))
    sources = {word for line in copied for word in line.split() if not word.startswith("/")}
    own = {
        app.partition(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.partition(".")[0]).is_dir()
    }

    assert own | {"sped", "templates"} <= sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert [source for source in sources if not any(source.startswith(name) for name in let_in)] == []


def test_image_installs_only_what_the_locks_name():
    installs = [line for line in DOCKERFILE.splitlines() if re.search(r"(pip|uv) .*(install|sync)|npm", line)]

    assert len(installs) >= 3
    assert all(
        "--require-hashes" in line or "npm ci" in line
        for line in installs
        if line.strip().startswith(("RUN", "&&"))
    )
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)


def test_shell_script_of_the_roles_is_sound():
    subprocess.run(["sh", "-n", str(ROOT / "deploy" / "roles.sh")], check=True)


def test_roles_of_production_are_those_of_the_tests():
    """The statements of deploy/roles.sh, run on a real server under other names, give the rights the tests rely on."""
    script = (ROOT / "deploy" / "roles.sh").read_text()
    statements = script.partition("<<'SQL'\n")[2].partition("\nSQL")[0]
    for name, value in {
        ":'owner_password'": "'b'",
        ":'app_password'": "'c'",
        ':"database"': "deployed",
        "sped_owner": "deployed_owner",
        "sped_app": "deployed_app",
    }.items():
        statements = statements.replace(name, value)
    server = settings.ADMIN_URL.rpartition("/")[0]
    place = server.rpartition("@")[2]
    with psycopg.connect(settings.ADMIN_URL, autocommit=True) as admin:
        admin.execute("CREATE DATABASE deployed")
        try:
            with psycopg.connect(f"{server}/deployed", autocommit=True) as database:
                database.execute(statements)
            with psycopg.connect(f"postgresql://deployed_owner:b@{place}/deployed", autocommit=True) as owner:
                owner.execute("CREATE TABLE record (id bigserial, word text)")
            with psycopg.connect(f"postgresql://deployed_app:c@{place}/deployed", autocommit=True) as app:
                app.execute("INSERT INTO record (word) VALUES ('x')")
                assert app.execute("SELECT count(*) FROM record").fetchone() == (1,)
                for refused in ("TRUNCATE record", "DROP TABLE record", "CREATE TABLE mine (id int)"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        app.execute(refused)
        finally:
            admin.execute("DROP DATABASE deployed WITH (FORCE)")
            admin.execute("DROP ROLE IF EXISTS deployed_owner")
            admin.execute("DROP ROLE IF EXISTS deployed_app")


def test_probe_says_whether_the_web_process_lives(server):
    port = server.url.rpartition(":")[2]

    alive = subprocess.run(
        [sys.executable, "-m", "sped.probe"], cwd=ROOT, env={**os.environ, "PORT": port}, check=False
    )
    told = {**os.environ, "PORT": str(processes.free_port())}
    dead = subprocess.run(
        [sys.executable, "-m", "sped.probe"], cwd=ROOT, env=told, capture_output=True, check=False
    )

    assert alive.returncode == 0
    assert dead.returncode == 1
    assert b"no answer" in dead.stderr
