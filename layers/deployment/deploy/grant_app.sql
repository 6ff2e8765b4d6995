-- The rights of the role that the server runs as: rows, never tables.
-- Runs: on every deployment (replaces itself), then is called with the role.
CREATE OR REPLACE FUNCTION city.grant_app(app_role text) RETURNS void
LANGUAGE plpgsql STRICT AS $$
DECLARE
    role_name text := quote_ident(app_role);
BEGIN
    EXECUTE 'GRANT USAGE ON SCHEMA city TO ' || role_name;
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA city TO ' || role_name;
    EXECUTE 'GRANT USAGE ON ALL SEQUENCES IN SCHEMA city TO ' || role_name;
    EXECUTE 'GRANT EXECUTE ON ALL ROUTINES IN SCHEMA city TO ' || role_name;
    EXECUTE 'REVOKE INSERT, UPDATE, DELETE ON city.deployment FROM ' || role_name;
    IF to_regclass('huashan_migration') IS NOT NULL THEN
        EXECUTE 'GRANT SELECT ON huashan_migration TO ' || role_name;
    END IF;
END
$$;
COMMENT ON FUNCTION city.grant_app(text) IS
    'Grants the app role its rights: read and write rows of every table but the deployment''s facts; no DDL.';
