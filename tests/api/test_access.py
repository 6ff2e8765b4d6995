"""Who may do what: declared by every route and layer, checked within a second, open only over the sample."""

import base64
import os
import signal

import pytest

from api.access.guesses import Guesses
from api.access.reader import Reader
from api.access.rights import Open, Public, Requirement
from api.app import create_app
from layers.catalogue import ROLES, read_catalogue
from tests.api.conftest import REAL, app_settings, desk_over, fill, until

LISTENER = "application_name = 'huashan-listen' AND datname = current_database()"
PLACE = "/layers/grid?limit=1"


def declared(dependant) -> list:
    """Every declaration of who may use a route, its dependencies' included."""
    own = [dependant.call] if isinstance(dependant.call, Requirement | Public) else []
    return own + [found for each in dependant.dependencies for found in declared(each)]


def test_every_route_declares_who_may_use_it(engine):
    app = create_app(app_settings(engine))
    assert len(app.state.routes) >= 15
    assert [route.path for route in app.state.routes if not declared(route.dependant)] == []


def test_whatever_writes_is_never_open(engine):
    app = create_app(app_settings(engine))
    for route in app.state.routes:
        if route.methods - {"GET", "HEAD", "OPTIONS"} and route.path not in (
            "/session",
            "/coverage/compute",
            "/measure",
            "/duties/{code}/effect",
            "/plans",
            "/plans/{code}",
            "/plans/{code}/cancel",
            "/plans/{code}/links",
            "/landuse/check",
            "/landuse/outline",
            "/landuse/checks/{code}",
            "/landuse/checks/{code}/again",
            "/landuse/batches",
            "/landuse/batches/{code}",
            "/landuse/batches/{code}/cancel",
        ):  # which store nothing, or nothing of the city: a plan over the sample is anyone's to try
            assert all(each.open == Open.NEVER for each in declared(route.dependant)), route.path


def test_a_route_that_declares_nothing_would_be_found(engine):
    app = create_app(app_settings(engine))
    app.get("/forgotten")(lambda: None)
    assert not declared(app.routes[-1].dependant)


def cut(desk):
    """Break the listening connection, as the role that made it may."""
    with desk.client.app.state.gate.database.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {LISTENER}")


class TestOpenness:
    """Reading without a token is on only while the database holds nothing but the sample."""

    def test_the_sample_is_open_to_everyone(self, desk):
        assert [desk.status(path) for path in (PLACE, "/layers/landuse", "/tiles/landuse/12/3350/1682")] == [
            200,
            200,
            200,
        ]

    def test_an_empty_database_holds_nothing_back(self, engine):
        with desk_over(engine) as desk:
            assert desk.client.get("/layers").json()["sample"] == "empty"

    @pytest.mark.parametrize(
        "arrival",
        [
            REAL,
            "INSERT INTO city.patrol (code, mode, sample) VALUES ('P1', 'foot', false)",
            "INSERT INTO city.site (code, kind, geom) SELECT 'S', 'outfall', ST_SetSRID(ST_Point(114.5, 30.5), 4490)",
        ],
        ids=["an edition", "a patrol", "a row of no edition"],
    )
    def test_real_data_closes_it_within_a_second(self, own_desk, arrival):
        assert own_desk.status(PLACE) == 200
        own_desk.run(arrival)
        until(lambda: own_desk.status(PLACE) == 401, within_s=1.0)

    def test_real_data_closes_it_at_once_where_notices_do_not_come(self, own_desk):
        own_desk.client.app.state.listener.stop()
        own_desk.run(REAL)
        assert own_desk.status(PLACE) == 401

    def test_taking_the_real_data_out_opens_it_again(self, own_desk):
        own_desk.run(REAL)
        until(lambda: own_desk.status(PLACE) == 401)
        own_desk.run("DELETE FROM city.edition WHERE NOT sample")
        until(lambda: own_desk.status(PLACE) == 200)

    def test_open_read_never_covers_land_use_or_patrols(self, engine):
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(REAL)
        with desk_over(engine, HUASHAN_OPEN_READ="1") as desk:
            assert desk.status(PLACE) == 200
            assert {layer["id"] for layer in desk.client.get("/layers").json()["layers"]}.isdisjoint(
                {"landuse", "zone", "last_seen"}
            )
            for closed in ("/layers/landuse", "/tiles/grid,zone/12/3350/1682", "/tiles/last_seen.json"):
                assert desk.status(closed) == 401, closed
            assert desk.status("/layers/landuse", desk.person("viewer")) == 403
            assert desk.status("/layers/landuse", desk.person("analyst")) == 200

    @pytest.mark.parametrize(
        "header", [{"Host": "localhost"}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}]
    )
    def test_what_a_header_says_of_its_origin_opens_nothing(self, real_desk, header):
        assert real_desk.status(PLACE, header) == 401


class TestRoles:
    """Each layer names the roles that read and write it; admin may all."""

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("layer", read_catalogue().values(), ids=lambda layer: layer.id)
    def test_a_layer_is_read_by_its_roles(self, layer, role):
        reader = Reader("张三", "", frozenset({role}), signed_in=True)
        assert reader.may_read(layer) == (role in layer.read)
        assert reader.may_write(layer) == (role in layer.write)

    def test_without_a_token_nothing_is_written_not_even_of_the_sample(self):
        reader = Reader("未登录", "", frozenset({"viewer"}), signed_in=False, only_sample=True)
        assert not any(reader.may_write(layer) for layer in read_catalogue().values())

    def test_a_reader_sees_just_the_layers_of_its_roles(self, real_desk):
        def seen(role):
            answer = real_desk.client.get("/layers", headers=real_desk.person(role)).json()
            return {layer["id"] for layer in answer["layers"]}

        assert "landuse" not in seen("viewer")
        assert seen("admin") == set(read_catalogue())

    def test_a_refusal_names_the_roles_that_may(self, real_desk):
        answer = real_desk.client.get("/layers/landuse", headers=real_desk.person("viewer"))
        assert answer.status_code == 403
        assert "用地" in answer.json()["detail"]

    def test_one_closed_layer_closes_a_tile_of_several(self, real_desk):
        assert real_desk.status("/tiles/grid,landuse/12/3350/1682", real_desk.person("viewer")) == 403


class TestTokens:
    """Bearer, or Basic with the token as password, as QGIS, ArcGIS and Excel speak it."""

    def test_bearer_and_basic_are_both_heard(self, real_desk):
        token = real_desk.token("viewer")
        basic = base64.b64encode(f"随便谁:{token}".encode()).decode()
        for header in (f"Bearer {token}", f"bearer  {token}", f"Basic {basic}"):
            assert real_desk.status(PLACE, {"Authorization": header.encode()}) == 200, header

    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer ", "Basic", "Basic ???", "Basic /w==", "Digest x", "\xff"]
    )
    def test_a_header_without_a_token_is_refused_even_over_the_sample(self, desk, header):
        answer = desk.client.get(PLACE, headers={"Authorization": header.encode("latin-1")})
        assert answer.status_code == 401
        assert "Authorization" in answer.json()["detail"]

    def test_programs_are_asked_for_basic_and_pages_are_not(self, real_desk):
        asked = real_desk.client.get(PLACE).headers["WWW-Authenticate"]
        assert "Basic" in asked
        assert "Bearer" in asked
        page = real_desk.client.get(PLACE, headers={"Referer": "http://127.0.0.1:8000/"})
        assert "Basic" not in page.headers["WWW-Authenticate"]

    def test_a_new_token_is_good_at_once(self, real_desk):
        for _ in range(5):
            assert real_desk.status(PLACE, real_desk.person("viewer")) == 200

    def test_an_expired_token_is_refused_without_a_notice(self, real_desk):
        person = real_desk.person("viewer")
        real_desk.run("UPDATE city.token SET expires_at = clock_timestamp() + interval '0.6 s' "
                      "WHERE token_id = (SELECT max(token_id) FROM city.token)")  # fmt: skip
        assert real_desk.status(PLACE, person) == 200
        until(lambda: real_desk.status(PLACE, person) == 401, within_s=1.5)

    def test_when_a_token_was_used_is_written_down(self, real_desk):
        person = real_desk.person("viewer")
        newest = "(SELECT max(token_id) FROM city.token)"
        real_desk.status(PLACE, person)
        real_desk.client.app.state.gate.watch._used_noted_at -= 3600
        until(lambda: real_desk.run(f"SELECT last_used_at FROM city.token WHERE token_id = {newest}") is not None)

    def test_guessing_is_slowed_and_locks_nobody_out(self, own_desk):
        own_desk.run(REAL)
        token = own_desk.token("viewer")
        person = {"Authorization": f"Bearer {token}"}
        until(lambda: own_desk.status(PLACE) == 401 and len(own_desk.client.app.state.gate.watch.known().holders) == 1)
        answers = [own_desk.client.get(PLACE, headers={"Authorization": f"Bearer guess{n}"}) for n in range(25)]
        assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 5
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
        assert own_desk.client.post("/session", json={"token": "guess"}).status_code == 429
        assert own_desk.client.post("/session", json={"token": token}).status_code == 200
        own_desk.client.cookies.clear()
        assert own_desk.status(PLACE, person) == 200
        assert own_desk.status(PLACE) == 401

    def test_guesses_are_forgotten_after_a_minute(self):
        now = [0.0]
        guesses = Guesses(each=2, in_all=3, clock=lambda: now[0])
        for source in ("a", "a", "b"):
            guesses.missed(source)
        assert (guesses.wait_s("a"), guesses.wait_s("b")) == (60, 60)
        now[0] = 61.0
        assert guesses.wait_s("a") == 0


class TestRevocation:
    """A revoked token is refused within a second, whatever becomes of the listening connection."""

    @pytest.fixture
    def person(self, own_desk):
        own_desk.run(REAL)
        person = own_desk.person("viewer")
        until(lambda: self.heard(own_desk) and own_desk.status(PLACE, person) == 200)
        return person

    @staticmethod
    def heard(desk):
        return desk.client.app.state.gate.watch.known() is not None

    @staticmethod
    def revoke(desk):
        desk.run("UPDATE city.token SET revoked_at = now()")

    def test_a_notice_revokes(self, own_desk, person):
        self.revoke(own_desk)
        assert until(lambda: own_desk.status(PLACE, person) == 401) < 1.0

    def test_a_lost_connection_empties_the_table(self, own_desk, person):
        cut(own_desk)
        self.revoke(own_desk)
        assert until(lambda: own_desk.status(PLACE, person) == 401) < 1.0

    def test_tokens_are_good_while_the_connection_is_lost(self, own_desk, person):
        own_desk.client.app.state.listener.stop()
        assert not self.heard(own_desk)
        assert own_desk.status(PLACE, person) == 200
        assert own_desk.status(PLACE, {"Authorization": "Bearer nobody"}) == 401
        self.revoke(own_desk)
        assert own_desk.status(PLACE, person) == 401

    def test_the_connection_is_made_again_however_often_it_is_lost(self, own_desk, person):
        for _ in range(3):
            cut(own_desk)
            until(lambda: not self.heard(own_desk))
            until(lambda: self.heard(own_desk))
        assert own_desk.run(f"SELECT count(*) FROM pg_stat_activity WHERE {LISTENER}") == 1
        self.revoke(own_desk)
        assert until(lambda: own_desk.status(PLACE, person) == 401) < 1.0

    def test_a_connection_that_falls_silent_is_not_believed(self, own_desk, person):
        backend = own_desk.run(f"SELECT pid FROM pg_stat_activity WHERE {LISTENER}")
        os.kill(backend, signal.SIGSTOP)
        try:
            self.revoke(own_desk)
            assert until(lambda: own_desk.status(PLACE, person) == 401) < 1.0
            assert not self.heard(own_desk)
        finally:
            os.kill(backend, signal.SIGCONT)

    def test_stopping_the_app_closes_the_connection(self, engine):
        with desk_over(engine) as desk:
            assert desk.run(f"SELECT count(*) FROM pg_stat_activity WHERE {LISTENER}") == 1
        until(lambda: desk.run(f"SELECT count(*) FROM pg_stat_activity WHERE {LISTENER}") == 0)


def test_every_transaction_knows_who_acts_and_only_writes_where_it_may(desk):
    database = desk.client.app.state.gate.database
    reader = Reader("李四", "", frozenset({"viewer", "analyst"}), signed_in=True)
    with database.transaction(reader) as connection:
        asked = "SELECT current_setting('huashan.user'), current_setting('huashan.role'), city.person()"
        assert connection.exec_driver_sql(asked).one() == ("李四", "analyst,viewer", "李四")
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
    with database.transaction(reader, write=True) as connection:
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "off"
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT current_setting('huashan.user', true)").scalar() in (None, "")


def test_the_app_role_owns_nothing(desk):
    with desk.client.app.state.gate.database.engine.connect() as connection:
        superuser = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        assert connection.exec_driver_sql(superuser).scalar() is False
        owned = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        assert connection.exec_driver_sql(owned).scalar() == 0


def test_what_depends_on_the_reader_is_private(desk):
    for path in ("/layers", PLACE, "/tiles/grid/14/13403/6730", "/tiles/grid.json", "/session"):
        answer = desk.client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"].startswith("private"), path
        assert {"Authorization", "Cookie"} <= {name.strip() for name in answer.headers["Vary"].split(",")}, path
