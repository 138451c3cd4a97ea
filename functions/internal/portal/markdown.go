package portal

import (
	"bytes"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown renders CommonMark with its headings one level down, because the page has the first.
// Raw HTML becomes a comment and dangerous link schemes are dropped (goldmark's default), so the
// result is safe to put into a page. Nothing is beautified: what is shown is what is signed.
func markdown(source string) (template.HTML, error) {
	lower := parser.WithASTTransformers(util.Prioritized(headings{}, 100))
	var out bytes.Buffer
	if err := goldmark.New(goldmark.WithParserOptions(lower)).Convert([]byte(source), &out); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil
}

type headings struct{}

func (headings) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			h.Level = min(h.Level+1, 6)
		}
	}
}
