#!/bin/sh
# Runs once, when the database is made: one role owns the tables, the other uses them and owns nothing, so that
# row-level security binds it.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set=owner_password="$DATABASE_OWNER_PASSWORD" --set=app_password="$DATABASE_APP_PASSWORD" \
  --set=database="$POSTGRES_DB" <<'SQL'
CREATE ROLE sped_owner LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB PASSWORD :'owner_password';
CREATE ROLE sped_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD :'app_password';
ALTER DATABASE :"database" OWNER TO sped_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO sped_app;
ALTER DEFAULT PRIVILEGES FOR ROLE sped_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sped_app;
ALTER DEFAULT PRIVILEGES FOR ROLE sped_owner GRANT USAGE, SELECT ON SEQUENCES TO sped_app;
SQL
