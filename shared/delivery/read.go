package delivery

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrUnreadable: a body that is no report of either service.
var ErrUnreadable = errors.New("delivery: unreadable report")

// Read reads a report as the service published it, raw, without an envelope of SNS. ok is false for one
// that says nothing about what became of a message: a report that is no spam, an opened link.
//
// Errors: ErrUnreadable, ErrReference.
//
// Sources: SES Developer Guide, "Examples of event data that Amazon SES publishes to Amazon SNS"; AWS End
// User Messaging SMS User Guide, "Event types for SMS, MMS, and voice".
func Read(body []byte) (r Report, ok bool, err error) {
	var in struct {
		EventType string `json:"eventType"`
		ses
		sms
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Report{}, false, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	var tags map[string]string
	switch {
	case strings.HasPrefix(in.EventType, "TEXT_"):
		r, tags = in.sms.report(in.EventType), in.sms.Context
	case in.Mail.MessageID != "":
		r, tags, err = in.ses.report(in.EventType)
	default:
		err = fmt.Errorf("%w: type %.40q", ErrUnreadable, in.EventType)
	}
	if err != nil || r.Outcome == "" {
		return Report{}, false, err
	}
	if r.Message == "" || r.At.IsZero() || !r.Outcome.known() {
		return Report{}, false, ErrUnreadable
	}
	r.Code, r.Diagnostic = shortened(r.Code, MaxCode), shortened(r.Diagnostic, MaxDiagnostic)
	r.Of, err = ReferenceOf(tags)
	return r, err == nil, err
}

// ses is what is read of SES's event.
type ses struct {
	Mail struct {
		MessageID   string              `json:"messageId"`
		Timestamp   time.Time           `json:"timestamp"`
		Destination []string            `json:"destination"`
		Tags        map[string][]string `json:"tags"`
	} `json:"mail"`
	Delivery struct {
		Timestamp    time.Time `json:"timestamp"`
		Recipients   []string  `json:"recipients"`
		SMTPResponse string    `json:"smtpResponse"`
	} `json:"delivery"`
	Bounce struct {
		Timestamp  time.Time   `json:"timestamp"`
		Type       string      `json:"bounceType"`
		SubType    string      `json:"bounceSubType"`
		Recipients []recipient `json:"bouncedRecipients"`
	} `json:"bounce"`
	Complaint struct {
		Timestamp  time.Time   `json:"timestamp"`
		SubType    string      `json:"complaintSubType"`
		Feedback   string      `json:"complaintFeedbackType"`
		Recipients []recipient `json:"complainedRecipients"`
	} `json:"complaint"`
	Delay struct {
		Timestamp  time.Time   `json:"timestamp"`
		Type       string      `json:"delayType"`
		Recipients []recipient `json:"delayedRecipients"`
	} `json:"deliveryDelay"`
	Reject struct {
		Reason string `json:"reason"`
	} `json:"reject"`
}

type recipient struct {
	Email      string `json:"emailAddress"`
	Status     string `json:"status"`
	Diagnostic string `json:"diagnosticCode"`
}

// report is e as a Report without its Of. The office sends to one recipient a message.
func (e ses) report(typ string) (r Report, tags map[string]string, err error) {
	tags = map[string]string{}
	for name, values := range e.Mail.Tags {
		if len(values) > 0 {
			tags[name] = values[0]
		}
	}
	r = Report{Channel: Mail, Message: e.Mail.MessageID}
	if len(e.Mail.Destination) > 0 {
		r.To = e.Mail.Destination[0]
	}
	of := func(outcome Outcome, at time.Time, to []recipient, word string) {
		r.Outcome, r.At, r.Code = outcome, at, word
		if len(to) > 0 {
			r.To, r.Diagnostic = to[0].Email, to[0].Diagnostic
			if to[0].Status != "" {
				r.Code = to[0].Status
			}
		}
	}
	switch typ {
	case "Send":
		of(Sent, e.Mail.Timestamp, nil, "")
	case "Delivery":
		of(Delivered, e.Delivery.Timestamp, nil, "")
		r.Diagnostic = e.Delivery.SMTPResponse
		if len(e.Delivery.Recipients) > 0 {
			r.To = e.Delivery.Recipients[0]
		}
	case "DeliveryDelay":
		of(Delayed, e.Delay.Timestamp, e.Delay.Recipients, e.Delay.Type)
	case "Bounce":
		outcome := Bounced // Transient and Undetermined
		if e.Bounce.Type == "Permanent" {
			outcome = Refused
		}
		of(outcome, e.Bounce.Timestamp, e.Bounce.Recipients, e.Bounce.Type+"-"+e.Bounce.SubType)
	case "Complaint":
		if e.Complaint.Feedback == "not-spam" { // it was in the spam folder, and was taken out
			return Report{}, nil, nil
		}
		of(Complained, e.Complaint.Timestamp, e.Complaint.Recipients, e.Complaint.Feedback)
		if e.Complaint.SubType == "OnAccountSuppressionList" { // SES did not try: it complained before
			r.Outcome, r.Code = Refused, e.Complaint.SubType
		}
	case "Reject":
		of(Failed, e.Mail.Timestamp, nil, "Reject")
		r.Diagnostic = e.Reject.Reason
	case "Open", "Click", "Subscription":
		return Report{}, nil, nil
	default:
		return Report{}, nil, fmt.Errorf("%w: type %.40q", ErrUnreadable, typ)
	}
	return r, tags, nil
}

// sms is what is read of the SMS service's event.
type sms struct {
	Timestamp   int64             `json:"eventTimestamp"` // milliseconds
	Number      string            `json:"destinationPhoneNumber"`
	MessageID   string            `json:"messageId"`
	Status      string            `json:"messageStatus"`
	Description string            `json:"messageStatusDescription"`
	Context     map[string]string `json:"context"`
}

// texts has what the types of events mean. What is missing is the service's own trouble on its way: it
// says nothing yet.
var texts = map[string]Outcome{
	"TEXT_QUEUED":              Sent,
	"TEXT_PENDING":             Sent,
	"TEXT_SENT":                Sent,
	"TEXT_SUCCESSFUL":          Sent, // the carrier took it: no delivery report, which CPC 127(4)4 asks for
	"TEXT_DELIVERED":           Delivered,
	"TEXT_INVALID":             Refused, // no such number
	"TEXT_UNREACHABLE":         Bounced,
	"TEXT_CARRIER_UNREACHABLE": Bounced,
	"TEXT_TTL_EXPIRED":         Bounced,
	"TEXT_UNKNOWN":             Bounced,
	"TEXT_BLOCKED":             Failed, // the phone, or the carrier, takes no such messages
	"TEXT_CARRIER_BLOCKED":     Failed,
	"TEXT_SPAM":                Failed,
	"TEXT_INVALID_MESSAGE":     Failed,
	"TEXT_PROTECT_BLOCKED":     Failed,
}

func (e sms) report(typ string) Report {
	return Report{
		Channel: Text, Message: e.MessageID, Outcome: texts[typ], At: time.UnixMilli(e.Timestamp).UTC(),
		Code: typ, Diagnostic: e.Description, To: e.Number,
	}
}
