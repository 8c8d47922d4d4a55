# shellcheck shell=bash
# The file .env: one variable a line, as Docker Compose reads it. What is written here stands in double quotes with
# \ before \, " and $, and \n for a line break, so that any value survives.

# read_env NAME: the value in .env; the last line of that name counts. Empty when there is none.
read_env() {
  local name="$1" line found=
  [[ -f "$ENV_FILE" ]] || return 0
  while IFS= read -r line || [[ -n "$line" ]]; do
    if [[ "$line" == "$name="* ]]; then found="${line#*=}"; fi
  done <"$ENV_FILE"
  decode_env "$found"
}

decode_env() {
  local raw="$1"
  case "$raw" in
    \"*) decode_double_quoted "${raw#\"}" ;;
    \'*) raw="${raw#\'}" && printf '%s' "${raw%%\'*}" ;;
    *)
      raw="${raw%% #*}"
      printf '%s' "${raw%"${raw##*[![:space:]]}"}"
      ;;
  esac
}

decode_double_quoted() {
  local rest="$1" value='' char
  while [[ -n "$rest" ]]; do
    char="${rest:0:1}"
    rest="${rest:1}"
    case "$char" in
      \") break ;;
      \\)
        char="${rest:0:1}"
        rest="${rest:1}"
        case "$char" in
          n) value+=$'\n' ;;
          r) value+=$'\r' ;;
          t) value+=$'\t' ;;
          *) value+="$char" ;;
        esac
        ;;
      *) value+="$char" ;;
    esac
  done
  printf '%s' "$value"
}

encode_env() {
  local value="$1"
  value="${value//\\/\\\\}"
  value="${value//\"/\\\"}"
  value="${value//\$/\\\$}"
  value="${value//$'\n'/\\n}"
  value="${value//$'\r'/\\r}"
  printf '"%s"' "$value"
}

# upsert_env NAME VALUE: changes the variable's line, or adds one. The file is replaced in one piece, mode 0600: whoever
# reads it, and whoever is killed, sees the old one or the new one.
upsert_env() {
  local name="$1" encoded line text='' is_written=false
  encoded="$(encode_env "$2")"
  while IFS= read -r line || [[ -n "$line" ]]; do
    if [[ "$line" != "$name="* ]]; then
      text+="$line"$'\n'
    elif ! $is_written; then
      text+="$name=$encoded"$'\n'
      is_written=true
    fi
  done <"$ENV_FILE"
  $is_written || text+="$name=$encoded"$'\n'
  write_file "$ENV_FILE" 600 "$text"
}

# write_file FILE MODE TEXT: in one piece; on a full disk the old one stays, and the result is a failure.
write_file() {
  printf '%s' "$3" >"$1.new" && replace_file "$1.new" "$1" "$2" && return
  rm -f "$1.new"
  printf '          %s cannot be written and stays as it was; free on its disk: %s\n' "$1" \
    "$(df --output=avail -h "$(dirname "$1")" | tail -1 | tr -d ' ')" >&2
  return 1
}

# replace_file NEW FILE MODE: makes NEW the file, in one piece, once its contents are on the disk.
replace_file() { chmod "$3" "$1" && sync "$1" && mv -f "$1" "$2"; }

# setting NAME: what the environment says, else .env.
setting() {
  if [[ -n "${!1:-}" ]]; then printf '%s' "${!1}"; else read_env "$1"; fi
}

# setting_or NAME DEFAULT
setting_or() {
  local value
  value="$(setting "$1")"
  printf '%s' "${value:-$2}"
}
