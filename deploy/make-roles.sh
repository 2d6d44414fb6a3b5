#!/bin/bash
# Run once by the image of PostgreSQL when its volume is empty: the owner of the tables, the web
# role that owns nothing, and the database that both may enter.
set -euo pipefail

: "${OWNER_DATABASE_PASSWORD:?}" "${WEB_DATABASE_PASSWORD:?}"

psql --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\getenv owner_password OWNER_DATABASE_PASSWORD
\getenv web_password WEB_DATABASE_PASSWORD
CREATE ROLE tongdian_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE tongdian_web LOGIN PASSWORD :'web_password';
CREATE DATABASE tongdian OWNER tongdian_owner;
REVOKE ALL ON DATABASE tongdian FROM PUBLIC;
GRANT CONNECT ON DATABASE tongdian TO tongdian_web;
SQL
