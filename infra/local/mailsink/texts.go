package mailsink

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
	"unicode/utf16"

	"github.com/google/uuid"
)

// Text is one kept text message as /_local/sms.json lists it.
type Text struct {
	ID       string    `json:"id"` // as the service returned it
	At       time.Time `json:"at"`
	From     string    `json:"from"` // sender id
	To       string    `json:"to"`   // E.164
	Text     string    `json:"text"`
	Segments int       `json:"segments"` // that the operator would bill
}

func (s *Sink) textIndex() string { return filepath.Join(s.dir, "texts.jsonl") }

// Texts returns all text messages, oldest first.
func (s *Sink) Texts() []Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.texts)
}

// loadTexts reads the messages the folder has already.
func (s *Sink) loadTexts() error {
	index, err := os.ReadFile(s.textIndex())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sms index: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(index)); d.More(); {
		var t Text
		if err := d.Decode(&t); err != nil {
			return fmt.Errorf("sms index: %w", err)
		}
		s.texts = append(s.texts, t)
	}
	return nil
}

// sendTextMessage is the request of that name, as far as it is read.
type sendTextMessage struct {
	DestinationPhoneNumber, OriginationIdentity, MessageBody, MessageType string
	TimeToLive                                                            int
	ConfigurationSetName                                                  string
	Context                                                               map[string]string
}

const textTarget = "PinpointSMSVoiceV2.SendTextMessage"

var number = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`) // E.164

// sendText takes SendTextMessage calls of AWS End User Messaging SMS, protocol JSON 1.0.
func (s *Sink) sendText(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") != textTarget {
		refuseText(w, "UnknownOperationException", "only "+textTarget+" is offered here", "")
		return
	}
	if fault := s.nextTextFault(); fault != "" {
		refuseText(w, fault, "injected by /_local/sms/fault", textFaults[fault])
		return
	}
	var in sendTextMessage
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in)
	wrong := ""
	switch size := len(utf16.Encode([]rune(in.MessageBody))); {
	case err != nil:
		wrong = "the body is not JSON: " + err.Error()
	case !number.MatchString(in.DestinationPhoneNumber):
		wrong = "DestinationPhoneNumber is not E.164: " + in.DestinationPhoneNumber // as the service repeats it
	case in.OriginationIdentity == "":
		wrong = "OriginationIdentity is missing"
	case size == 0 || size > 1600:
		wrong = "MessageBody has 1 to 1600 characters"
	case in.MessageType != "TRANSACTIONAL" && in.MessageType != "PROMOTIONAL":
		wrong = "MessageType is TRANSACTIONAL or PROMOTIONAL"
	case len(in.Context) > 5:
		wrong = "Context has at most 5 entries"
	case in.TimeToLive < 5 || in.TimeToLive > 259_200:
		wrong = "TimeToLive is 5 to 259200 seconds"
	}
	if wrong != "" {
		refuseText(w, "ValidationException", wrong, "FIELD_VALIDATION_FAILED")
		return
	}
	t := Text{
		ID: uuid.NewString(), At: s.now().UTC(), From: in.OriginationIdentity, To: in.DestinationPhoneNumber,
		Text: in.MessageBody, Segments: segments(in.MessageBody),
	}
	if err := s.keepText(t); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if in.ConfigurationSetName != "" {
		s.reportText(t, in.Context)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	json.NewEncoder(w).Encode(map[string]string{"MessageId": t.ID})
}

func (s *Sink) keepText(t Text) error {
	line, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("keep sms: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := os.OpenFile(s.textIndex(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep sms: %w", err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("keep sms: %w", err)
	}
	s.texts = append(s.texts, t)
	return nil
}

// segments is how many messages a text travels as: ASCII in 7 bits, the rest in UCS-2, and fewer
// characters in each of several (3GPP TS 23.040, section 9.2.3.24.1). The few characters of
// ASCII that GSM's alphabet lacks are counted as if it had them.
func segments(text string) int {
	one, each := 160, 153
	for _, r := range text {
		if r >= 0x80 {
			one, each = 70, 67
		}
	}
	n := len(utf16.Encode([]rune(text)))
	if n <= one {
		return 1
	}
	return (n + each - 1) / each
}

// textFaults lists the errors that can be injected, with the reason they give.
var textFaults = map[string]string{
	"ThrottlingException": "",
	"ConflictException":   "DESTINATION_PHONE_NUMBER_OPTED_OUT",
}

// textFault makes the next sends fail: {"error": "ThrottlingException", "times": 3}.
func (s *Sink) textFault(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Error string `json:"error"`
		Times int    `json:"times"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1024)).Decode(&in)
	if _, known := textFaults[in.Error]; err != nil || !known || in.Times < 0 || in.Times > 1000 {
		http.Error(w, `want {"error": "ThrottlingException" or "ConflictException", "times": 0 to 1000}`, http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.textFaulty = slices.Repeat([]string{in.Error}, in.Times)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sink) nextTextFault() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.textFaulty) == 0 {
		return ""
	}
	name := s.textFaulty[0]
	s.textFaulty = s.textFaulty[1:]
	return name
}

// refuseText answers in the JSON 1.0 error form of the SDKs.
func refuseText(w http.ResponseWriter, typ, message, reason string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	json.NewEncoder(w).Encode(map[string]string{
		"__type": "com.amazonaws.pinpointsmsvoicev2#" + typ, "Message": message, "Reason": reason,
	})
}
