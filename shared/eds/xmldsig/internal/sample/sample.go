// Package sample makes the document that the benchmarks of xmldsig and of its peers work on.
package sample

import (
	"bytes"
	"fmt"
)

// Claim returns a document of about 50 KB as a court or a state body would send it: mixed Kazakh and
// Latin text, attributes, indentation, a few namespaces.
func Claim() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<c:claim xmlns:c="urn:court:claim" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:court:common" Id="claim" version="1">` + "\n")
	for i := range 100 {
		fmt.Fprintf(&b, `  <c:item number="%d">
    <name lang="kk">Талап қою арызы № %d &amp; қосымшалар</name>
    <party role="plaintext" type="natural"><fullName>ТЕСТОВ ТЕСТ</fullName><iin>123456789011</iin></party>
    <c:amount currency="KZT" xsi:type="c:Money">%d.00</c:amount>
    <note>The parties agreed on the terms of the contract on 2026-01-%02d, see annex %d, page %d.</note>
    <empty/>
    <reference document="%032x"/>
  </c:item>
`, i, i, i*1000, i%28+1, i, i*3, i)
	}
	b.WriteString(`</c:claim>`)
	return b.Bytes()
}
