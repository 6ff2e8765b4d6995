#!/bin/sh
# Run once by the PostGIS image in a new database: the application's role, which is no superuser and owns nothing.
set -eu
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=password="$HUASHAN_APP_PASSWORD" <<'SQL'
CREATE ROLE huashan_app LOGIN PASSWORD :'password';
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO huashan_app;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
SQL
