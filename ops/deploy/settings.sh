# shellcheck shell=bash
# What .env must say, what the deploy puts into it, and the files of secrets.

# Secrets become files, and never get into the environment of a process.
readonly SECRETS=(SECRET_KEY SMTP_PASSWORD SENTRY_DSN AZURE_STORAGE_CONNECTION_STRING BACKUP_KEY)

readonly PRODUCTION_DEFAULTS=(
  DEBUG=false
  ENABLE_API_DOCS=false
  STRICT_ROUTER_IMPORTS=true
  TASKS_FORCE_INLINE=false
  ACCESS_TOKEN_BLACKLIST_FAIL_CLOSED=true
)

# Every variable of .env.production.example that the environment gives is written to .env.
settable_variables() {
  sed -nE 's/^(# )?([A-Z][A-Z0-9_]*)=.*/\2/p' "$SOURCE_DIR/.env.production.example" | sort -u
}

# require_env NAME ...: all that is missing at once.
require_env() {
  local name missing=()
  for name in "$@"; do
    [[ -n "$(setting "$name")" ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) && return
  refuse "${#missing[@]} settings are missing: ${missing[*]}" \
    "Fill them in with: sudo nano $ENV_FILE    then run this again." "What each means stands above it."
}

required_variables() {
  local names=(APP_DOMAIN FRONTEND_BASE_URL SMTP_HOST SMTP_PORT MAIL_FROM)
  [[ "$(setting_or CADDYFILE Caddyfile)" == Caddyfile ]] && names+=(LETSENCRYPT_EMAIL)
  printf '%s\n' "${names[@]}"
}

# The first run makes .env from the example, with what can be made by chance.
make_env_file() {
  [[ -f "$ENV_FILE" ]] && return
  mkdir -p "$APP_DIR"
  cp "$SOURCE_DIR/.env.production.example" "$ENV_FILE.new"
  replace_file "$ENV_FILE.new" "$ENV_FILE" 600
  say "Made $ENV_FILE from .env.production.example."
}

random_hex() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

write_configuration() {
  local name
  chmod 600 "$ENV_FILE"
  while read -r name; do
    if [[ -n "${!name:-}" && "${!name}" != "$(read_env "$name")" ]]; then upsert_env "$name" "${!name}"; fi
  done < <(settable_variables)
  write_defaults
  write_pool_size
  write_secrets
}

write_defaults() {
  local pair
  for pair in "${PRODUCTION_DEFAULTS[@]}"; do
    [[ "$(read_env "${pair%%=*}")" == "${pair#*=}" ]] || upsert_env "${pair%%=*}" "${pair#*=}"
  done
  [[ "$(read_env ENVIRONMENT)" == staging ]] || default_env ENVIRONMENT production
  default_env SECRET_KEY "$(random_hex)"
  default_env TRUSTED_HOSTS "$(read_env APP_DOMAIN)"
  default_env CORS_ORIGINS "$(origin_of "$(read_env FRONTEND_BASE_URL)")"
  default_env COMPOSE_PROJECT_NAME lms
  [[ -n "$(read_env BACKUP_KEY)" ]] || make_backup_key
  default_env PROD_DATABASE_URL "postgresql://lms:$(random_hex)@postgres:5432/lms"
}

# Without a copy of it elsewhere a lost machine takes all backups with it.
make_backup_key() {
  local key
  key="$(docker run --rm --network none --read-only --tmpfs /tmp "$image" backup new-key 2>/dev/null | sed -nE 's/^BACKUP_KEY=//p' || true)"
  [[ -n "$key" ]] || return 0
  upsert_env BACKUP_KEY "$key"
  say "NOTE  Made BACKUP_KEY in $ENV_FILE: keep a copy away from this machine, without it no backup can be read."
}

default_env() { [[ -n "$(read_env "$1")" ]] || upsert_env "$1" "$2"; }

# https://app.example.org/path becomes https://app.example.org
origin_of() { sed -E 's#^(https?://[^/]+).*#\1#' <<<"$1"; }

# During a deploy two colours run, each with two APIs and two workers; 20 connections are left for migrations, backup,
# monitoring and people.
write_pool_size() {
  local connections size
  connections="$(setting_or DATABASE_MAX_CONNECTIONS 100)"
  size=$(((connections - 20) / 8))
  ((size >= 2)) || refuse "DATABASE_MAX_CONNECTIONS is $connections; eight processes need at least 36." "Raise it in $ENV_FILE."
  [[ "$(read_env DATABASE_POOL_SIZE)" == "$size" ]] || upsert_env DATABASE_POOL_SIZE "$size"
}

write_secrets() {
  local name
  mkdir -p "$APP_DIR/secrets" "$APP_DIR/certificates" "$APP_DIR/live" "$(folder_of BACKUP_DIR backups)" "$(folder_of ARCHIVE_DIR archive)" "$(folder_of METRICS_DIR metrics)"
  # Several users write metrics here, each its own files.
  chmod 1777 "$(folder_of METRICS_DIR metrics)"
  chmod 700 "$APP_DIR/secrets"
  # Caddy reads these, and is not this user.
  chmod 755 "$APP_DIR/certificates" "$APP_DIR/live"
  write_secret database_url "$(read_env PROD_DATABASE_URL)"
  write_secret postgres_password "$(password_of "$(read_env PROD_DATABASE_URL)")"
  for name in "${SECRETS[@]}"; do
    write_secret "${name,,}" "$(read_env "$name")"
  done
}

# folder_of NAME DEFAULT: where a setting leads, from APP_DIR on.
folder_of() {
  local path
  path="$(setting_or "$1" "$2")"
  [[ "$path" == /* ]] && printf '%s' "$path" || printf '%s/%s' "$APP_DIR" "${path#./}"
}

# Mode 0444 in a folder that only its owner may enter: containers get the file itself, others do not get to it.
write_secret() {
  local file="$APP_DIR/secrets/$1"
  [[ -f "$file" && "$(<"$file")" == "$2" ]] && return
  write_file "$file" 444 "$2"
}

# postgresql://user:pass%20word@host/db becomes 'pass word'
password_of() {
  local rest="${1#*://}" password
  [[ "$rest" == *:*@* ]] || return 0
  password="${rest%@*}"
  password="${password#*:}"
  printf '%b' "${password//%/\\x}"
}

# Whether PostgreSQL runs in this stack.
has_own_database() { [[ "$(setting_or PROD_DATABASE_URL @postgres:)" == *@postgres:* ]]; }
