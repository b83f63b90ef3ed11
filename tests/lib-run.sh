# Copyright 2026 the graphbit developers
#
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What tests/run, tests/bare-machine, .ci/run and examples/quickstart share. To be sourced by bash
# in the project's root. Nothing here reads stdin.

# The system's meson and Python, not the user's own: only those have gi.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
exec </dev/null

build_packages=(
  gcc libc6-dev meson ninja-build pkg-config gettext valac
  libglib2.0-dev libsoup-3.0-dev libjson-glib-dev libgirepository1.0-dev gobject-introspection
  glib-networking ca-certificates python3 python3-gi gjs
)
check_packages=(valgrind clang libclang-rt-dev gcovr g++ gi-docgen libsecret-1-dev dbus python3-numpy)

passed=0 failed=0 skipped=0

as_root ()
{
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "Not root, and there is no sudo: run as root: $*" >&2
    return 1
  fi
}

# Installs what is missing of the named packages; leaves the network alone when all are there.
install_packages ()
{
  local package missing=()
  if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian: the packages have to be there already: $*"
    return 0
  fi
  for package; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "Installing ${missing[*]}"
  as_root apt-get -q update && as_root apt-get -q -y --no-install-recommends install "${missing[@]}"
}

# quietly COMMAND…: what it says is shown only when it fails.
quietly ()
{
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || { status=$?; cat "$log"; }
  rm -f "$log"
  return $status
}

# configure FOLDER OPTION…: sets the folder up once, and again when an option changes.
configure ()
{
  local folder=$1
  shift
  if [ -f "$folder/meson-private/coredata.dat" ]; then
    meson setup --reconfigure "$folder" "$@" >/dev/null || meson setup --wipe "$folder" "$@"
  else
    meson setup "$folder" "$@"
  fi
}

# build FOLDER OPTION…: configures and compiles.
build ()
{
  configure "$@" && meson compile -C "$1"
}

# run_tests FOLDER ARGUMENT…: runs meson's tests and counts them. Nobody's keys take part.
run_tests ()
{
  local folder=$1 log status ok expected bad unexpected timeout
  shift
  log=$(mktemp)
  (
    unset $(compgen -e | grep -E '_(API_KEY|BASE_URL)$')
    meson test -C "$folder" --no-rebuild --print-errorlogs "$@"
  ) 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  count () { sed -n "s/^$1: *\([0-9]*\) *$/\1/p" "$log" | tail -n 1; }
  ok=$(count Ok) expected=$(count 'Expected Fail')
  bad=$(count Fail) unexpected=$(count 'Unexpected Pass') timeout=$(count Timeout)
  add_counts $((ok + expected)) $((bad + unexpected + timeout)) $(($(count Skipped)))
  # meson itself failed, or there was nothing to run
  if [ "$status" != 0 ] && [ $((bad + unexpected + timeout)) = 0 ] || [ $((ok + expected)) = 0 ]; then
    add_counts 0 1 0
  fi
  rm -f "$log"
}

add_counts ()
{
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# fail TEXT: something that is no test went wrong; it counts as one.
fail ()
{
  echo "FAILED: $*"
  add_counts 0 1 0
}

# The last line and the exit status.
report ()
{
  local line="$passed passed, $failed failed"
  [ "$skipped" = 0 ] || line+=", $skipped skipped"
  echo "$line"
  [ "$failed" = 0 ]
  exit
}
