#!/bin/sh
# Measures shared/gost against OpenSSL's GOST engine on this machine: the peer and
# the Go benchmarks take turns for ROUNDS rounds (default 5), then medians and
# ratios are printed. A ratio above 1 means that we are faster. On Debian, missing
# packages are installed with apt-get.
#
# usage: run.sh [rounds]
set -eu

rounds=${1:-${ROUNDS:-5}}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/peer.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
need_engine
build_peer "$work/peer"
for p in gost3410 gost3411; do
	(cd "$here/../$p" && go test -c -o "$work/$p.test" .)
done

i=0
while [ "$i" -lt "$rounds" ]; do
	i=$((i + 1))
	echo "round $i of $rounds" >&2
	"$work/peer" bench
	"$work/gost3410.test" -test.run '^$' -test.bench 'Verify|Sign' -test.benchtime 0.5s -test.cpu 1
	"$work/gost3411.test" -test.run '^$' -test.bench 'Sum512' -test.benchtime 0.5s -test.cpu 1
done >"$work/raw"

grep '^Benchmark' "$work/raw" | awk '
	{
		name = $1
		sub(/^Benchmark/, "", name)
		v[name, ++n[name]] = $3
	}
	function median(name,   i, j, t, k) {
		k = n[name]
		if (k == 0) {
			printf "no figures for %s\n", name > "/dev/stderr"
			exit 1
		}
		for (i = 2; i <= k; i++)
			for (j = i; j > 1 && v[name, j] + 0 < v[name, j-1] + 0; j--) {
				t = v[name, j]; v[name, j] = v[name, j-1]; v[name, j-1] = t
			}
		return k % 2 ? v[name, (k+1)/2] : (v[name, k/2] + v[name, k/2+1]) / 2
	}
	function line(what, ours, peer, goal,   a, b) {
		a = median(ours); b = median(peer)
		printf "%-38s %10.1f us %10.1f us %8.2fx %8s\n", what, a / 1e3, b / 1e3, b / a, goal
	}
	END {
		printf "%-38s %13s %13s %9s %8s\n", "", "ours", "gost-engine", "ratio", "goal"
		line("verify 512-A, unknown key", "Verify/cold", "Peer/verify", "2.6x")
		line("verify 512-A, cached key", "Verify/hot", "Peer/verify", "9x")
		line("sign 512-A, constant time", "Sign", "Peer/sign", "1.5x")
		line("Streebog-512, 1 MB, portable Go", "Sum512/generic-1MB", "Peer/sum512-1MB", "0.85x")
		line("Streebog-512, 1 MB, this processor", "Sum512/1MB", "Peer/sum512-1MB", "")
		line("Streebog-512, 50 KB, this processor", "Sum512/50KB", "Peer/sum512-50KB", "")
	}'
