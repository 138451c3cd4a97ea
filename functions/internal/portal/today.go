package portal

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/courtoffice/courtoffice/shared/calendar"
	"github.com/courtoffice/courtoffice/shared/httpapi"
)

// todayView is what the first page says holds today.
type todayView struct {
	Date      calendar.Date
	Working   calendar.Date  // the next working day after it
	Agreement *AgreementText // in force, or nil where it can't be had
}

func fillHome(s *Service, r *http.Request, v *view) error {
	today := calendar.DateOf(httpapi.ReceivedAt(r.Context()))
	v.Today = todayView{Date: today, Working: today.Add(1)}
	for !v.Today.Working.Working() {
		v.Today.Working = v.Today.Working.Add(1)
	}
	a, err := s.Agreements.Agreement(r.Context(), v.Lang)
	if err != nil { // the first page is there when nothing else is
		httpapi.Log(r.Context(), slog.String("home", fmt.Sprintf("read the agreement: %v", err)))
		return nil
	}
	v.Today.Agreement = &a.InForce
	return nil
}
