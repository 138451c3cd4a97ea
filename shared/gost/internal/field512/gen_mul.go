//go:build ignore

// gen_mul writes mul_generic.go: multiplication and squaring modulo 2^512 - 569 as
// straight lines of bits.Mul64 and bits.Add64. One function without calls and
// loops is what the compiler turns into the best code, and nobody should have to
// write it.
//
// Run it with go generate.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"os"
	"strings"
)

var out bytes.Buffer

// declared holds the variables of the function being written.
var declared map[string]bool

// set writes an assignment, with := if it introduces a variable.
func set(names, value string, args ...any) {
	op := "="
	for _, n := range strings.Split(names, ", ") {
		if n != "_" && !declared[n] {
			declared[n] = true
			op = ":="
		}
	}
	fmt.Fprintf(&out, "%s %s %s\n", names, op, fmt.Sprintf(value, args...))
}

func note(s string) { fmt.Fprintf(&out, "\n// %s\n", s) }

// add writes z = x + y with carry in and out; empty carries are 0 and not kept.
func add(z, carryOut, x, y, carryIn string) {
	if carryOut == "" {
		carryOut = "_"
	}
	if carryIn == "" {
		carryIn = "0"
	}
	set(z+", "+carryOut, "bits.Add64(%s, %s, %s)", x, y, carryIn)
}

func limbs(format string) (s [8]string) {
	for i := range s {
		s[i] = fmt.Sprintf(format, i)
	}
	return s
}

// mul4 writes the product z of x and y, four limbs each.
func mul4(z [8]string, x, y []string) {
	h, l := limbs("h%d"), limbs("l%d")
	for i := range 4 {
		for j := range 4 {
			set(h[j]+", "+l[j], "bits.Mul64(%s, %s)", x[i], y[j])
		}
		if i == 0 {
			set(z[0], l[0])
			add(z[1], "c", l[1], h[0], "")
			add(z[2], "c", l[2], h[1], "c")
			add(z[3], "c", l[3], h[2], "c")
			add(z[4], "", h[3], "0", "c")
			continue
		}
		add(l[1], "c", l[1], h[0], "")
		add(l[2], "c", l[2], h[1], "c")
		add(l[3], "c", l[3], h[2], "c")
		add(h[3], "", h[3], "0", "c")
		add(z[i], "c", z[i], l[0], "")
		add(z[i+1], "c", z[i+1], l[1], "c")
		add(z[i+2], "c", z[i+2], l[2], "c")
		add(z[i+3], "c", z[i+3], l[3], "c")
		add(z[i+4], "", h[3], "0", "c")
	}
}

// sqr4 writes the square z of x, four limbs.
func sqr4(z [8]string, x []string) {
	// The products of different limbs.
	set(z[2]+", "+z[1], "bits.Mul64(%s, %s)", x[0], x[1])
	set("h0, l0", "bits.Mul64(%s, %s)", x[0], x[2])
	set(z[4]+", "+z[3], "bits.Mul64(%s, %s)", x[0], x[3])
	set("h1, l1", "bits.Mul64(%s, %s)", x[1], x[2])
	set("h2, l2", "bits.Mul64(%s, %s)", x[1], x[3])
	set(z[6]+", "+z[5], "bits.Mul64(%s, %s)", x[2], x[3])
	add(z[2], "c", z[2], "l0", "")
	add(z[3], "c", z[3], "h0", "c")
	add(z[4], "c", z[4], "l2", "c")
	add(z[5], "c", z[5], "h2", "c")
	add(z[6], "", z[6], "0", "c")
	add(z[3], "c", z[3], "l1", "")
	add(z[4], "c", z[4], "h1", "c")
	add(z[5], "c", z[5], "0", "c")
	add(z[6], "", z[6], "0", "c")
	// Twice, and the squares.
	for i := 1; i < 7; i++ {
		in := "c"
		if i == 1 {
			in = ""
		}
		add(z[i], "c", z[i], z[i], in)
	}
	set(z[7], "c")
	for i := range 4 {
		set("h0, l0", "bits.Mul64(%s, %s)", x[i], x[i])
		if i == 0 {
			set(z[0], "l0")
		} else {
			add(z[2*i], "c", z[2*i], "l0", "c")
		}
		carry := "c"
		if i == 0 {
			carry = ""
		}
		if i == 3 {
			add(z[7], "", z[7], "h0", carry)
		} else {
			add(z[2*i+1], "c", z[2*i+1], "h0", carry)
		}
	}
}

// diff writes d = |x - y| for the halves of v and neg, all ones if it was negative.
func diff(d, neg, v string) (limbs []string) {
	carry := "0"
	for i := range 4 {
		limbs = append(limbs, fmt.Sprintf("%s%d", d, i))
		set(limbs[i]+", c", "bits.Sub64(%s[%d], %s[%d], %s)", v, i, v, i+4, carry)
		carry = "c"
	}
	set(neg, "-c")
	for i := range 4 {
		carryOut := "c"
		if i == 3 {
			carryOut = ""
		}
		add(limbs[i], carryOut, limbs[i]+" ^ "+neg, "0", "c") // c is 1 first if neg is set
	}
	return limbs
}

func function(doc, signature string, square bool) {
	declared = map[string]bool{}
	fmt.Fprintf(&out, "\n%s\nfunc %s {\n", doc, signature)
	a, b, m, n := limbs("a%d"), limbs("b%d"), limbs("m%d"), limbs("n%d")
	x, y := limbs("x[%d]"), limbs("y[%d]")
	note("The product m of the differences of the halves, and whether to subtract it.")
	u := diff("u", "negU", "x")
	if square {
		sqr4(m, u)
		note("The products a and b of the lower and of the upper halves.")
		sqr4(a, x[:4])
		sqr4(b, x[4:])
	} else {
		v := diff("v", "negV", "y")
		set("sub", "^(negU ^ negV)")
		mul4(m, u, v)
		note("The products a and b of the lower and of the upper halves.")
		mul4(a, x[:4], y[:4])
		mul4(b, x[4:], y[4:])
	}

	note("The middle n = a + b - or + m, never negative.")
	carry := ""
	for i := range 8 {
		add(n[i], "c", a[i], b[i], carry)
		carry = "c"
	}
	if square {
		set("n8", "c")
		for i := range 8 {
			in := "c"
			if i == 0 {
				in = "0"
			}
			set(n[i]+", c", "bits.Sub64(%s, %s, %s)", n[i], m[i], in)
		}
		set("n8", "n8 - c")
	} else {
		add("n8", "", "sub", "0", "c")
		carry = "sub & 1"
		for i := range 8 {
			add(n[i], "c", n[i], m[i]+" ^ sub", carry)
			carry = "c"
		}
		add("n8", "", "n8", "0", "c")
	}

	note("The whole product, b above a.")
	carry = ""
	for i := range 4 {
		add(a[4+i], "c", a[4+i], n[i], carry)
		carry = "c"
	}
	for i := range 8 {
		t, carryOut := "0", "c"
		if i < 4 {
			t = n[4+i]
		} else if i == 4 {
			t = "n8"
		}
		if i == 7 {
			carryOut = ""
		}
		add(b[i], carryOut, b[i], t, "c")
	}

	note("2^512 is 569: the first fold, a + 569 b.")
	h, l := limbs("h%d"), limbs("l%d")
	for i := range 8 {
		set(h[i]+", "+l[i], "bits.Mul64(%s, fold)", b[i])
	}
	for i := 1; i < 8; i++ {
		in := "c"
		if i == 1 {
			in = ""
		}
		add(l[i], "c", l[i], h[i-1], in)
	}
	add("h7", "", "h7", "0", "c")
	carry = ""
	for i := range 8 {
		add(a[i], "c", a[i], l[i], carry)
		carry = "c"
	}
	add("h7", "", "h7", "0", "c")

	note("The second: h7 is at most 569, so that less than 2^19 is added.")
	add("a0", "c", "a0", "h7*fold", "")
	for i := 1; i < 8; i++ {
		add(a[i], "c", a[i], "0", "c")
	}
	note("If that carried, a is below 2^19, and the third cannot.")
	set("a0", "a0 + -c&fold")
	for i := range 8 {
		fmt.Fprintf(&out, "z[%d] = %s\n", i, a[i])
	}
	out.WriteString("}\n")
}

func main() {
	log.SetFlags(0)
	out.WriteString("// Code generated by gen_mul.go; DO NOT EDIT.\n\npackage field512\n\nimport \"math/bits\"\n")
	function(`// mulGeneric sets z to x * y. With x = p + q*2^256 and y = r + s*2^256 the
// product is pr + (pr + qs - (p-q)(r-s))*2^256 + qs*2^512 (Karatsuba).`,
		"mulGeneric(z, x, y *Element)", false)
	function("// sqrGeneric sets z to x * x in the same way.", "sqrGeneric(z, x *Element)", true)
	src, err := format.Source(out.Bytes())
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("mul_generic.go", src, 0o644); err != nil {
		log.Fatal(err)
	}
}
