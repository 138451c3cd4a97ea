#!/bin/sh
# Measures shared/gost against OpenSSL's GOST engine on this machine: the peer and
# the Go benchmarks, with assembly and without (tag purego), take turns for ROUNDS
# rounds (default 7) of a fifth of a second each, then medians of the processor time
# and ratios are printed. A ratio above 1 means that we are faster. On Debian, missing
# packages are installed with apt-get.
#
# usage: run.sh [rounds]
set -eu

rounds=${1:-${ROUNDS:-7}}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/peer.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
need_engine
build_peer "$work/peer"
for p in gost3410 gost3411; do
	(cd "$here/../$p" && go test -c -o "$work/$p" . && go test -c -tags purego -o "$work/$p-portable" .)
done
(cd "$here/../../eds" && go test -c -o "$work/eds" .)

# bench runs the benchmarks $2 of the package $1, both ways.
bench() {
	set -- "$1" -test.run '^$' -test.bench "$2" -test.benchtime 0.2s -test.cpu 1
	program=$1
	shift
	"$work/$program" "$@"
	"$work/$program-portable" "$@" | sed 's/^Benchmark/BenchmarkPortable/'
}

i=0
while [ "$i" -lt "$rounds" ]; do
	i=$((i + 1))
	echo "round $i of $rounds" >&2
	"$work/peer" bench
	bench gost3410 'Verify|Sign'
	bench gost3411 'Sum512/(50KB|1MB)'
	(cd "$here/../../eds" && "$work/eds" -test.run '^$' -test.bench '^BenchmarkFiling$' -test.benchtime 0.2s -test.cpu 1)
done >"$work/raw"

grep '^Benchmark' "$work/raw" | awk '
	{
		name = $1
		sub(/^Benchmark/, "", name)
		value = $3
		for (i = 4; i < NF; i++)
			if ($(i+1) == "cpu-ns/op")
				value = $i
		v[name, ++n[name]] = value
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
		# A filing: four signatures and the document, as the engine would do them.
		verify = median("Peer/verify"); sum = median("Peer/sum512-50KB")
		v["Peer/filing", n["Peer/filing"] = 1] = 4 * verify + sum
		printf "%-38s %13s %13s %9s %8s\n", "", "ours", "gost-engine", "ratio", "goal"
		line("verify 512-A, unknown key", "Verify/cold", "Peer/verify", "2.6x")
		line("verify 512-A, unknown key, portable", "PortableVerify/cold", "Peer/verify", "")
		line("verify 512-A, cached key", "Verify/hot", "Peer/verify", "9x")
		line("verify 512-A, cached key, portable", "PortableVerify/hot", "Peer/verify", "")
		line("sign 512-A, constant time", "Sign", "Peer/sign", "1.5x")
		line("Streebog-512, 1 MB", "Sum512/1MB", "Peer/sum512-1MB", "")
		line("Streebog-512, 1 MB, portable", "PortableSum512/1MB", "Peer/sum512-1MB", "0.85x")
		line("Streebog-512, 50 KB", "Sum512/50KB", "Peer/sum512-50KB", "")
		line("Streebog-512, 50 KB, portable", "PortableSum512/50KB", "Peer/sum512-50KB", "")
		line("filing of 50 KB, all of its checks", "Filing", "Peer/filing", "3.2x")
	}'
