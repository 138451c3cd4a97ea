package describe

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// module is the path that our own packages begin with.
const module = "github.com/courtoffice/courtoffice/"

// source reads the comments of our own packages.
type source struct {
	root     string
	packages map[string]*goPackage
}

// goPackage has what one package says, by "Type", "Type.Field", "Type.Method".
type goPackage struct {
	comments map[string]string
	values   map[string][]string // string constants of a type, in order
}

// comment returns what stands at a name of a package; "" where nothing does, or the package is not ours.
func (s source) comment(path, name string) (string, error) {
	p, err := s.pkg(path)
	if err != nil || p == nil {
		return "", err
	}
	return p.comments[name], nil
}

func (s source) pkg(path string) (*goPackage, error) {
	dir, own := strings.CutPrefix(path, module)
	if !own {
		return nil, nil
	}
	if p := s.packages[path]; p != nil {
		return p, nil
	}
	files, err := filepath.Glob(filepath.Join(s.root, filepath.FromSlash(dir), "*.go"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no source of %s", path)
	}
	if err != nil {
		return nil, err
	}
	p := &goPackage{comments: map[string]string{}, values: map[string][]string{}}
	s.packages[path] = p
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			p.read(d)
		}
	}
	return p, nil
}

func (p *goPackage) read(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			p.comments[receiver(d.Recv.List[0].Type)+"."+d.Name.Name] = text(d.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				doc := spec.Doc
				if doc == nil && len(d.Specs) == 1 {
					doc = d.Doc
				}
				p.comments[spec.Name.Name] = text(doc)
				if st, ok := spec.Type.(*ast.StructType); ok {
					p.fields(spec.Name.Name, st)
				}
			case *ast.ValueSpec:
				p.constants(spec)
			}
		}
	}
}

func (p *goPackage) fields(of string, st *ast.StructType) {
	for _, f := range st.Fields.List {
		doc := text(f.Doc)
		if doc == "" {
			doc = text(f.Comment)
		}
		for _, name := range f.Names {
			p.comments[of+"."+name.Name] = doc
		}
	}
}

// constants keeps those that name their type and have a text.
func (p *goPackage) constants(spec *ast.ValueSpec) {
	of, ok := spec.Type.(*ast.Ident)
	if !ok {
		return
	}
	for _, v := range spec.Values {
		if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				p.values[of.Name] = append(p.values[of.Name], s)
			}
		}
	}
}

func receiver(t ast.Expr) string {
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func text(doc *ast.CommentGroup) string { return strings.TrimSpace(doc.Text()) }

// fieldDoc is the comment of a struct's field as a sentence.
func (m *maker) fieldDoc(t reflect.Type, field string) string {
	doc, err := m.comment(t.PkgPath(), t.Name()+"."+field)
	if err != nil {
		return ""
	}
	return sentence(doc)
}

// sentence begins with a capital and has no line breaks but those between paragraphs.
func sentence(s string) string {
	paragraphs := strings.Split(s, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	if s = strings.Join(paragraphs, "\n\n"); s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// firstSentence of a comment, and the rest of it without what is Go's alone.
func firstSentence(doc string) string {
	first, _ := split(doc)
	return first
}

func rest(doc string) string {
	_, rest := split(doc)
	return rest
}

func split(doc string) (first, rest string) {
	doc, _, _ = strings.Cut(doc, "\n\nErrors: ")
	doc, _, _ = strings.Cut(doc, "\nErrors: ")
	doc = sentence(doc)
	end := len(doc)
	for _, mark := range []string{". ", ".\n", ": ", "; "} {
		if i := strings.Index(doc, mark); i >= 0 && i < end {
			end = i
		}
	}
	first = strings.TrimSuffix(doc[:end], ".")
	if end == len(doc) || end == len(doc)-1 {
		return first, ""
	}
	return first, doc
}
