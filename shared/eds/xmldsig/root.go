package xmldsig

// Root returns the document element.
func (d *Document) Root() *Element { return &Element{d: d, i: d.root} }
