#!/bin/sh
# Fails unless shared/gost and OpenSSL's GOST engine accept each other's signatures
# and compute the same digests. On Debian, missing packages are installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/peer.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
need_engine
build_peer "$work/peer"
cd "$here"
GOST_PEER=$work/peer go test -count=1 -run TestCrossCheck -v .
