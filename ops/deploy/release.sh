# shellcheck shell=bash
# What is deployed: a checked archive or this folder, and the image made of it.

# What a release consists of.
readonly RELEASE_PARTS=(
  Dockerfile .dockerignore .npmrc package.json package-lock.json src ops scripts
  docker-compose.prod.yml docker-compose.observability.yml .env.production.example
)

# With --archive: checks it, unpacks it, and lets the deploy that came with it take over.
unpack_archive() {
  [[ -n "$archive" ]] || return 0
  current_step=archive
  [[ -f "$archive" ]] || refuse "There is no archive $archive."
  local expected="$archive_sha256" actual folder
  if [[ -z "$expected" && -f "$archive.sha256" ]]; then read -r expected _ <"$archive.sha256"; fi
  [[ -n "$expected" ]] || refuse "The archive has no checksum." "Put $archive.sha256 beside it, or give --sha256."
  actual="$(sha256sum "$archive" | cut -d' ' -f1)"
  [[ "$actual" == "$expected" ]] || refuse "The archive is not the one that was built: its checksum is wrong." \
    "expected $expected" "but it is $actual" "Send it again. Nothing was changed."
  mkdir -p "$APP_DIR/incoming"
  find "$APP_DIR/incoming" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
  folder="$(mktemp -d "$APP_DIR/incoming/XXXXXX")"
  tar -xzf "$archive" -C "$folder" --no-same-owner
  [[ -x "$folder/scripts/deploy_azure_vm.sh" ]] || refuse "The archive holds no scripts/deploy_azure_vm.sh at its top."
  say "The checksum of the archive is right."
  exec "$folder/scripts/deploy_azure_vm.sh" ${release:+--release "$release"} ${revision:+--revision "$revision"} ${image_reference:+--image "$image_reference"}
}

release_id() {
  if [[ -z "$release" ]]; then
    local version
    version="$(sed -nE 's/^  "version": "([^"]+)".*/\1/p' "$SOURCE_DIR/package.json")"
    release="$version-$(hash_of_contents)"
  fi
  printf '%s' "$release"
}

hash_of_contents() {
  tar --create --sort=name --mtime=@0 --owner=0 --group=0 --mode=go-w --directory "$SOURCE_DIR" "${RELEASE_PARTS[@]}" | sha256sum | cut -c1-12
}

image_name() { printf '%s-backend:%s' "$(project)" "$release"; }

# The image is named after the release, so the way back needs no build.
build_image() {
  image="$(image_name)"
  if [[ -n "$image_reference" ]]; then
    docker image inspect "$image_reference" >/dev/null 2>&1 || quietly docker pull "$image_reference" ||
      fail "The image $image_reference cannot be had." "$(serving_now)"
    docker tag "$image_reference" "$image"
  else
    local arguments=()
    read -ra arguments <<<"${DEPLOY_BUILD_ARGUMENTS:-}"
    quietly docker build "${arguments[@]}" --build-arg "VERSION=$release" --build-arg "REVISION=${revision:-unknown}" \
      --tag "$image" "$SOURCE_DIR" || fail "The image cannot be built; the reason stands above." "$(serving_now)"
  fi
  # A release that cannot even start its program is found out here, before the database is touched.
  quietly docker run --rm --network none --read-only --tmpfs /tmp "$image" --help ||
    fail "The image of $release is broken: it cannot run its own --help." "$(serving_now)"
  say "The image is $image."
}

serving_now() {
  local colour
  colour="$(live_colour)"
  if [[ -z "$colour" ]]; then
    printf 'Nothing served before, and nothing was switched.'
  else
    printf 'Release %s (%s) serves on, untouched.' "$(release_of "$colour")" "$colour"
  fi
}

# The release's own folder is kept: its compose file belongs to its image.
keep_release_folder() {
  local folder="$APP_DIR/releases/$release" part
  [[ "$SOURCE_DIR" == "$folder" ]] && return
  rm -rf "$folder.new"
  mkdir -p "$folder.new"
  for part in "${RELEASE_PARTS[@]}"; do
    [[ -e "$SOURCE_DIR/$part" ]] && cp -a "$SOURCE_DIR/$part" "$folder.new/"
  done
  rm -rf "$folder"
  mv -T "$folder.new" "$folder"
}

# Kept: what the two colours hold, what served before, and the three newest beside them.
prune_releases() {
  local kept=0 tag id
  local -A keep=()
  keep[$release]=1
  for id in "$(release_of blue)" "$(release_of green)" "$(previous_release)"; do
    [[ -n "$id" ]] && keep[$id]=1
  done
  while read -r tag; do
    [[ -z "$tag" || -n "${keep[$tag]:-}" ]] && continue
    kept=$((kept + 1))
    ((kept <= 3)) && continue
    docker image rm "$(project)-backend:$tag" >/dev/null 2>&1 || true
    rm -rf "$APP_DIR/releases/${tag:?}"
  done < <(docker image ls --format '{{.Tag}}' "$(project)-backend")
  docker image prune --force --filter 'label=org.opencontainers.image.title=LMS Backend' >/dev/null
  # What a run that was killed has left half done.
  rm -rf "$APP_DIR"/releases/*.new "$APP_DIR"/backups/*.new
  find "$APP_DIR/incoming" -mindepth 1 -maxdepth 1 -mmin +60 -exec rm -rf {} + 2>/dev/null || true
}
