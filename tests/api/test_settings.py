"""Settings come from the environment once; what is wrong is named with its variable and the remedy."""

import pytest

from api.settings import read_settings
from layers.errors import NotPossible

LEAST = {"HUASHAN_DATABASE_URL": "postgresql://somebody:secret@db/city", "HUASHAN_DATA": "/tmp/somewhere"}


def test_the_least_environment_gives_the_defaults_of_huashan():
    settings = read_settings(LEAST)
    assert settings.database_url == "postgresql+psycopg2://somebody:secret@db/city"
    assert settings.owner_url == settings.database_url
    assert (settings.host, settings.port, settings.timezone) == ("127.0.0.1", 8000, "Asia/Shanghai")
    assert settings.reaches_m == (25.0,)
    assert not settings.open_read
    assert not settings.secure


def test_bounds_default_to_the_area_of_use_of_the_metric_system():
    assert read_settings(LEAST).bounds.west == 112.5
    kenya = read_settings(LEAST | {"HUASHAN_METRIC_CRS": "EPSG:21037"})
    assert kenya.facts.metric_srid == 21037
    assert kenya.bounds.south < 0


def test_everything_can_be_said():
    settings = read_settings(
        LEAST
        | {
            "HUASHAN_OWNER_URL": "postgres://owner@db/city",
            "HUASHAN_PUBLIC_URL": "https://city.example.cn/",
            "HUASHAN_OPEN_READ": "1",
            "HUASHAN_BOUNDS": "114,30,115,31",
            "HUASHAN_REACHES": "50,25",
            "HUASHAN_NAME": "某街道",
            "HUASHAN_ASSETS": "/srv/assets",
            "PORT": "80",
        }
    )
    assert settings.owner_url == "postgresql+psycopg2://owner@db/city"
    assert settings.public_url == "https://city.example.cn"
    assert settings.secure
    assert settings.open_read
    assert settings.bounds == (114, 30, 115, 31)
    assert settings.reaches_m == (25, 50)
    assert (settings.port, settings.name, str(settings.assets)) == (80, "某街道", "/srv/assets")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "八千"),
        ("PORT", "٣"),
        ("HUASHAN_DATABASE_URL", "mysql://db/city"),
        ("HUASHAN_DATABASE_URL", "not a url"),
        ("HUASHAN_PUBLIC_URL", "city.example.cn"),
        ("HUASHAN_PUBLIC_URL", "ftp://city.example.cn"),
        ("HUASHAN_OPEN_READ", "maybe"),
        ("HUASHAN_METRIC_CRS", "EPSG:1"),
        ("HUASHAN_METRIC_CRS", "EPSG:3857"),
        ("HUASHAN_METRIC_CRS", "EPSG:4490"),
        ("HUASHAN_BOUNDS", "115,30,114,31"),
        ("HUASHAN_TIMEZONE", "Mars/Olympus"),
        ("HUASHAN_TIMEZONE", "../etc/passwd"),
        ("HUASHAN_REACHES", "nan"),
        ("HUASHAN_REACHES", "-1"),
        ("HUASHAN_REACHES", "a,b"),
        ("HUASHAN_TLS_CERT", "/no/such/file.pem"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(variable, value):
    with pytest.raises(NotPossible, match=variable):
        read_settings(LEAST | {variable: value})


def test_a_missing_database_is_told_with_the_remedy():
    with pytest.raises(NotPossible, match=r"HUASHAN_DATABASE_URL.*make run"):
        read_settings({})


def test_a_password_is_never_shown():
    with pytest.raises(NotPossible) as told:
        read_settings({"HUASHAN_DATABASE_URL": "mysql://somebody:secret@db/city"})
    assert "secret" not in str(told.value)


def test_certificate_and_key_come_together(tmp_path):
    certificate = tmp_path / "cert.pem"
    certificate.touch()
    with pytest.raises(NotPossible, match="HUASHAN_TLS_KEY"):
        read_settings(LEAST | {"HUASHAN_TLS_CERT": str(certificate)})
    both = read_settings(LEAST | {"HUASHAN_TLS_CERT": str(certificate), "HUASHAN_TLS_KEY": str(certificate)})
    assert both.secure


LOCAL = "+proj=tmerc +lon_0=114.333333 +x_0=800000 +ellps=GRS80 +units=m"
FITTED = "EPSG:4547 +proj=affine +xoff=-400000 +yoff=-3000000"


def test_local_systems_are_named_and_one_or_several():
    assert read_settings(LEAST).local_crs == {}
    several = read_settings(LEAST | {"HUASHAN_LOCAL_CRS": f"武汉2000={LOCAL}; 独立 = {FITTED};"})
    assert several.local_crs == {"武汉2000": LOCAL, "独立": FITTED}


@pytest.mark.parametrize(
    "value",
    [
        LOCAL, "武汉2000", "武汉2000=", f"={LOCAL}", f"EPSG:4547={LOCAL}", f"4547={LOCAL}", f"甲={LOCAL};甲={FITTED}",
        "甲=EPSG:4490", "甲=EPSG:2383", "甲=EPSG:4547 +proj=affine +xoff=x", "甲=EPSG:4547 +proj=affine +s11=0 +s12=0",
        "甲=EPSG:4490 +proj=affine +xoff=1", "甲=EPSG:4547 +proj=affine +k=1", "甲=EPSG:4547 +proj=affine +xoff=nan",
    ],
)  # fmt: skip
def test_a_local_system_that_is_none_is_told_with_the_remedy(value):
    with pytest.raises(NotPossible, match=r"HUASHAN_LOCAL_CRS.*应为|HUASHAN_LOCAL_CRS.*请改名"):
        read_settings(LEAST | {"HUASHAN_LOCAL_CRS": value})
