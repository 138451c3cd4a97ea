package mailsink

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// tagText is what SES takes in names and values of tags, and how much.
var tagText = regexp.MustCompile(`^[A-Za-z0-9_.@-]{1,256}$`)

func taken(list []struct{ Name, Value string }) (map[string]string, error) {
	tags := map[string]string{}
	for _, tag := range list {
		if !tagText.MatchString(tag.Name) || strings.ContainsAny(tag.Name, ".@") || !tagText.MatchString(tag.Value) {
			return nil, &badRequest{"Invalid tag " + tag.Name + ": " + tag.Value}
		}
		tags[tag.Name] = tag.Value
	}
	return tags, nil
}

// fate is what becomes of a message: the report after the first, which says that it was taken.
type fate struct {
	mail object // members of SES's event beside "mail"
	text string // type of the SMS service's event
	says string // description
}

type object = map[string]any

// Addresses and numbers whose messages do not arrive, as SES's mailbox simulator has them: by the part
// before the "@", with any label behind a "+".
var (
	fates = map[string]fate{
		"bounce": {mail: object{"eventType": "Bounce", "bounce": object{
			"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": []object{{"action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}},
		}}},
		"full": {mail: object{"eventType": "Bounce", "bounce": object{
			"bounceType": "Transient", "bounceSubType": "MailboxFull", "bouncedRecipients": []object{{"action": "failed", "status": "5.2.2", "diagnosticCode": "smtp; 552 5.2.2 mailbox full"}},
		}}},
		"complaint": {mail: object{"eventType": "Complaint", "complaint": object{
			"complaintFeedbackType": "abuse", "complainedRecipients": []object{{}},
		}}},
	}
	arrives = fate{mail: object{"eventType": "Delivery", "delivery": object{"smtpResponse": "250 2.0.0 OK"}}}
)

// Numbers whose text messages do not arrive end so.
const (
	EndsInvalid     = "0000000"
	EndsUnreachable = "1111111"
)

// lag is how long after a message was taken its reports come: a service takes seconds.
const lag = 300 * time.Millisecond

// Reports has each message's reports given to f, as the services publish them. It is called before Handler
// serves.
func (s *Sink) Reports(f func(body string)) { s.report = f }

// Close waits until no report is on its way; those that are not due yet are dropped.
func (s *Sink) Close() {
	close(s.closed)
	s.reporting.Wait()
}

// later gives a report to whoever is told of them.
func (s *Sink) later(reports ...object) {
	if s.report == nil {
		return
	}
	select {
	case <-s.closed:
		return
	default:
	}
	s.reporting.Go(func() {
		select {
		case <-time.After(lag):
		case <-s.closed:
			return
		}
		for _, r := range reports {
			body, err := json.Marshal(r)
			if err != nil {
				panic(err) // the literals above
			}
			s.report(string(body))
		}
	})
}

// reportMail reports what became of m. Every report has the same "mail".
func (s *Sink) reportMail(m Message) {
	if len(m.To) == 0 {
		return
	}
	at, to := m.At.Format("2006-01-02T15:04:05.000Z"), m.To[0]
	tags := object{}
	for name, value := range m.Tags {
		tags[name] = []string{value}
	}
	mail := object{"timestamp": at, "source": m.From, "messageId": m.ID, "destination": m.To, "tags": tags}
	local, _, _ := strings.Cut(to, "@")
	local, _, _ = strings.Cut(local, "+")
	end, bad := fates[strings.ToLower(local)]
	if !bad {
		end = arrives
	}
	last := object{"mail": mail}
	for name, value := range end.mail {
		if detail, ok := value.(object); ok {
			copied := object{"timestamp": s.now().UTC().Format("2006-01-02T15:04:05.000Z")}
			for k, v := range detail {
				if list, ok := v.([]object); ok {
					one := object{"emailAddress": to}
					for k, v := range list[0] {
						one[k] = v
					}
					v = []object{one}
				}
				copied[k] = v
			}
			value = copied
		}
		last[name] = value
	}
	s.later(object{"eventType": "Send", "mail": mail, "send": object{}}, last)
}

// reportText reports what became of t.
func (s *Sink) reportText(t Text, context map[string]string) {
	end := fate{text: "TEXT_DELIVERED", says: "Message has been accepted by phone"}
	switch {
	case strings.HasSuffix(t.To, EndsInvalid):
		end = fate{text: "TEXT_INVALID", says: "The destination phone number is invalid"}
	case strings.HasSuffix(t.To, EndsUnreachable):
		end = fate{text: "TEXT_UNREACHABLE", says: "Phone is currently unreachable/unavailable"}
	}
	s.later(object{
		"eventType": end.text, "eventVersion": "1.0", "eventTimestamp": s.now().UnixMilli(), "isFinal": true,
		"originationPhoneNumber": t.From, "destinationPhoneNumber": t.To, "isoCountryCode": "KZ", "messageId": t.ID,
		"messageStatus": strings.TrimPrefix(end.text, "TEXT_"), "messageStatusDescription": end.says, "context": context,
	})
}
