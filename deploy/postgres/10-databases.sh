#!/bin/sh
# Makes a database and a role for each service in DATABASES, and lets no role into the database of another. The image runs this on its
# first start; to add a service later, extend DATABASES and run it again in the container: what is there already stays.
# The passwords are in /run/secrets/NAME_database_password; they go through standard input, where no process list shows them.
set -eu
: "${DATABASES:?names of services, separated by spaces}"

for name in $DATABASES; do
    password=$(cat "/run/secrets/${name}_database_password")
    case $password in
        *[!A-Za-z0-9_-]* | '') echo "databases: the password of $name must consist of letters, digits, - and _" >&2; exit 1 ;;
    esac
    psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
SELECT 'CREATE ROLE opsconductor_$name LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'opsconductor_$name') \gexec
ALTER ROLE opsconductor_$name PASSWORD '$password';
SELECT 'CREATE DATABASE opsconductor_$name OWNER opsconductor_$name'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'opsconductor_$name') \gexec
REVOKE ALL ON DATABASE opsconductor_$name FROM PUBLIC;
SQL
done
psql -X -q -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
SQL
