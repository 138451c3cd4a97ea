package defect_test

import (
	"testing"

	"github.com/courtoffice/courtoffice/shared/defect"
	"github.com/courtoffice/courtoffice/shared/locale"
)

func TestText(t *testing.T) {
	var l defect.List
	l.Add("/a", "over-length", "CPC 148(2)4", "max", 30, "over", 12)
	l.Warn("/b", "attachment-recommended", "CPC 149(1)2", "document", defect.Key("role.duty_proof"))
	for i, want := range []string{
		"The text is 12 characters too long (at most 30). Shorten it or attach the full text as a file.",
		"A document is not attached: Proof of state duty. The law asks for it: without it the court may return the paper.",
	} {
		if got := l[i].Text(locale.EN); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := l[0].Law(locale.RU); got != "подпункт 4) части 2 статьи 148 ГПК" {
		t.Error(got)
	}
	money := defect.Defect{Code: "over-length", Args: []any{"max", defect.Tiyn(150_00), "over", 1}}
	if got := money.Text(locale.EN); got != "The text is 1 characters too long (at most ₸150.00). Shorten it or attach the full text as a file." {
		t.Error(got)
	}
	if money.Args[1] != defect.Tiyn(150_00) {
		t.Error("Text changed the defect")
	}
}

func TestSeverity(t *testing.T) {
	var l defect.List
	if l.Err() != nil || l.Errors() != nil {
		t.Error("nothing is wrong")
	}
	l.Warn("/a", "recommended", "")
	l.Add("/b", "required", "")
	if e, w := l.Errors(), l.Warnings(); len(e) != 1 || e[0].Pointer != "/b" || len(w) != 1 || w[0].Pointer != "/a" {
		t.Errorf("errors %v, warnings %v", e, w)
	}
	if l.Errors().Err() == nil || l.Warnings().Errors().Err() != nil {
		t.Error("Err is wrong")
	}
	for s, want := range map[defect.Severity]string{defect.Error: "error", defect.Warning: "warning"} {
		if text, err := s.MarshalText(); err != nil || string(text) != want {
			t.Errorf("%s, %v", text, err)
		}
	}
}
