package webhook

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// MaxAddress is the most bytes of an address.
const MaxAddress = 500

// ErrAddress: it is none of the addresses that may be registered.
var ErrAddress = errors.New("webhook: not an https address of a public name")

// notPublic are names that no public host has: RFC 6761, RFC 6762, RFC 8375 and what is used like them. Of the
// name "test" a trial makes use, see Trial.
var notPublic = []string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "onion", "invalid", "arpa", "alt"}

// ParseAddress reads an address as it was typed and returns the form that is kept: https, a name of two labels
// or more in ASCII, the port 443 that is not written, path and query. An address of a number, a user, a
// password or a fragment is refused.
//
// Errors: ErrAddress.
func ParseAddress(typed string) (string, error) {
	if len(typed) > MaxAddress || strings.ContainsFunc(typed, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\\' }) {
		return "", ErrAddress
	}
	u, err := url.Parse(typed)
	if err != nil || u.Scheme != "https" || u.Opaque != "" || u.User != nil || strings.Contains(typed, "#") || strings.Contains(u.Host, "@") {
		return "", ErrAddress
	}
	if port := u.Port(); port != "" && port != "443" || strings.HasSuffix(u.Host, ":") {
		return "", ErrAddress
	}
	host, err := publicName(u.Hostname())
	if err != nil {
		return "", err
	}
	u.Host = host
	if u.Path == "" {
		u.Path = "/"
	}
	if out := u.String(); len(out) <= MaxAddress {
		return out, nil
	}
	return "", ErrAddress
}

// publicName is a host's name in ASCII.
func publicName(host string) (string, error) {
	name, err := idna.Lookup.ToASCII(host)
	if err == nil { // of Punycode it asks more than of what it writes
		var again string
		if again, err = idna.Lookup.ToASCII(name); again != name {
			return "", ErrAddress
		}
	}
	labels := strings.Split(name, ".")
	last := labels[len(labels)-1]
	if err != nil || len(name) > 253 || len(labels) < 2 {
		return "", ErrAddress
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 {
			return "", ErrAddress
		}
	}
	// A last label of digits is a number in some reader's eyes: 127.1, 0x7f.0x1 (WHATWG URL, section 3.5).
	if last[0] >= '0' && last[0] <= '9' {
		return "", ErrAddress
	}
	for _, n := range notPublic {
		if last == n {
			return "", ErrAddress
		}
	}
	return name, nil
}

// special are the ranges of IPv4 that lead to no public host: IANA's registry of special-purpose addresses,
// multicast and what is reserved.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)

// Of IPv6 only what IANA gave out for hosts is public, less what is special in it: Teredo and the like, the
// documentation's, 6to4, which hides an IPv4 address, AS112's. NAT64's prefix, mapped addresses, unique local
// ones and those of metadata services are outside it.
var (
	global6  = netip.MustParsePrefix("2000::/3")
	special6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)

func prefixes(list ...string) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// Public reports whether an address leads to a host of the public network.
func Public(ip netip.Addr) bool {
	if !ip.IsValid() || ip.Zone() != "" || ip.Is4In6() {
		return false
	}
	in := special
	if ip.Is6() {
		if in = special6; !global6.Contains(ip) {
			return false
		}
	}
	for _, p := range in {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
