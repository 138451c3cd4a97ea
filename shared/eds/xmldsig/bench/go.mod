module github.com/courtoffice/courtoffice/shared/eds/xmldsig/bench

go 1.26.0

replace github.com/courtoffice/courtoffice => ../../../..

require (
	github.com/beevik/etree v1.7.0
	github.com/courtoffice/courtoffice v0.0.0-00010101000000-000000000000
	github.com/russellhaering/goxmldsig v1.6.1
)

require (
	github.com/jonboulle/clockwork v0.5.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
