# Shell functions around OpenSSL's GOST engine, for run.sh and crosscheck.sh.

# need_engine makes sure that OpenSSL has the engine and programs can be built with
# it, installing Debian's packages where they are missing.
need_engine() {
	if openssl engine gost >/dev/null 2>&1 && command -v cc >/dev/null &&
		[ -e /usr/include/openssl/evp.h ]; then
		return
	fi
	if ! command -v apt-get >/dev/null; then
		echo "need OpenSSL with its GOST engine, its headers and a C compiler" >&2
		return 1
	fi
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -qq >&2
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends \
		openssl libengine-gost-openssl libssl-dev gcc libc6-dev >&2
}

# build_peer compiles testdata/peer.c to the file $1.
build_peer() {
	cc -O2 -o "$1" "$here/testdata/peer.c" -lcrypto
}
