-- The database speaks the deployment's time zone: a date or a time without an offset is local.
-- Runs: on every deployment, because neither a copy from a template nor a restored dump carries it over.
DO $$
BEGIN
    EXECUTE 'ALTER DATABASE ' || quote_ident(current_database()) || ' SET timezone = '
        || quote_literal((SELECT timezone FROM city.deployment));
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING USING MESSAGE = '无权设定数据库时区:请由数据库所有者执行 ALTER DATABASE … SET timezone。';
END
$$;
