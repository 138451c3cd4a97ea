package mailsink

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// compose makes the RFC 5322 message that SES makes of a Simple content.
func compose(in sendEmail, id string, at time.Time) ([]byte, error) {
	c := in.Content.Simple
	var out bytes.Buffer
	header := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&out, "%s: %s\r\n", name, value)
		}
	}
	if strings.ContainsAny(c.Subject.Data, "\r\n") {
		return nil, &badRequest{"Subject contains a line break"}
	}
	fields := [][2]string{
		{"From", encodeAddress(in.FromEmailAddress)},
		{"To", encodeAddresses(in.Destination.ToAddresses)},
		{"Cc", encodeAddresses(in.Destination.CcAddresses)},
		{"Reply-To", encodeAddresses(in.ReplyToAddresses)},
		{"Subject", mime.BEncoding.Encode("utf-8", c.Subject.Data)},
		{"Message-ID", "<" + id + "@eu-central-1.amazonses.com>"},
		{"Date", at.Format(time.RFC1123Z)},
		{"MIME-Version", "1.0"},
	}
	for _, h := range c.Headers {
		if h.Name == "" || strings.ContainsAny(h.Name, "\r\n: ") || strings.ContainsAny(h.Value, "\r\n") {
			return nil, &badRequest{"Header " + strconv.Quote(h.Name) + " is not a header"}
		}
		fields = append(fields, [2]string{h.Name, mime.QEncoding.Encode("utf-8", h.Value)})
	}
	for _, f := range fields {
		header(f[0], f[1])
	}
	var parts []part
	if t := c.Body.Text; t != nil {
		parts = append(parts, textPart("text/plain", t.Data))
	}
	if h := c.Body.Html; h != nil {
		parts = append(parts, textPart("text/html", h.Data))
	}
	if len(parts) == 0 {
		return nil, &badRequest{"Body must have Text or Html"}
	}
	body := parts[0]
	if len(parts) == 2 {
		body = multi("multipart/alternative", parts)
	}
	if len(c.Attachments) > 0 {
		all := []part{body}
		for _, a := range c.Attachments {
			all = append(all, attachmentPart(a.FileName, a.ContentType, a.RawContent))
		}
		body = multi("multipart/mixed", all)
	}
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
		header(name, body.header.Get(name))
	}
	out.WriteString("\r\n")
	out.Write(body.body)
	return out.Bytes(), nil
}

// part is a MIME entity.
type part struct {
	header textproto.MIMEHeader
	body   []byte
}

func textPart(typ, text string) part {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	io.WriteString(w, text) // a bytes.Buffer takes every write
	w.Close()
	return part{textproto.MIMEHeader{
		"Content-Type": {typ + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
	}, b.Bytes()}
}

func attachmentPart(name, typ string, data []byte) part {
	if typ == "" {
		typ = "application/octet-stream"
	}
	return part{textproto.MIMEHeader{
		"Content-Type": {typ}, "Content-Transfer-Encoding": {"base64"},
		"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": name})},
	}, []byte(base64Lines(data))}
}

func multi(typ string, parts []part) part {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		pw, err := w.CreatePart(p.header)
		if err != nil {
			panic(err) // a bytes.Buffer takes every write
		}
		pw.Write(p.body)
	}
	w.Close()
	return part{header: textproto.MIMEHeader{"Content-Type": {mime.FormatMediaType(typ, map[string]string{"boundary": w.Boundary()})}}, body: b.Bytes()}
}

// encodeAddress writes an address with its name encoded; what is no address stays as it is and
// is refused when the message is parsed.
func encodeAddress(s string) string {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return strings.Map(func(r rune) rune {
			if r == '\r' || r == '\n' {
				return ' '
			}
			return r
		}, s)
	}
	if a.Name == "" {
		return a.Address
	}
	return a.String()
}

func encodeAddresses(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = encodeAddress(s)
	}
	return strings.Join(out, ", ")
}

// addresses gives the bare addresses of a list of addresses with or without names.
func addresses(list []string) ([]string, error) {
	var out []string
	for _, s := range list {
		a, err := mail.ParseAddress(s)
		if err != nil {
			return nil, err
		}
		out = append(out, a.Address)
	}
	return out, nil
}

// parse reads a message for display. ID and At are left empty.
func parse(eml []byte) (Message, error) {
	raw, err := mail.ReadMessage(bytes.NewReader(eml))
	if err != nil {
		return Message{}, err
	}
	m := Message{Headers: map[string]string{}, Attachments: []Attachment{}, To: []string{}}
	var words mime.WordDecoder
	for name, values := range raw.Header {
		for i, v := range values {
			if d, err := words.DecodeHeader(v); err == nil {
				values[i] = d
			}
		}
		m.Headers[name] = strings.Join(values, ", ")
	}
	m.From, m.Subject, m.Language = m.Headers["From"], m.Headers["Subject"], m.Headers["Content-Language"]
	if m.From != "" {
		if _, err := mail.ParseAddress(m.From); err != nil {
			return Message{}, fmt.Errorf("from: %w", err)
		}
	}
	for _, name := range []string{"To", "Cc", "Bcc"} {
		list, err := raw.Header.AddressList(name)
		if err != nil && err != mail.ErrHeaderNotPresent {
			return Message{}, fmt.Errorf("%s: %w", strings.ToLower(name), err)
		}
		for _, a := range list {
			m.To = append(m.To, a.Address)
		}
	}
	return m, walk(&m, textproto.MIMEHeader(raw.Header), raw.Body, 0)
}

// walk adds the entity with header h to m. Nesting is bounded: the sink is fed by programs
// under test.
func walk(m *Message, h textproto.MIMEHeader, body io.Reader, depth int) error {
	typ, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		typ = "text/plain"
	}
	if strings.HasPrefix(typ, "multipart/") && depth < 8 {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := walk(m, p.Header, p, depth+1); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	disposition, dp, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	attached := err == nil && disposition == "attachment"
	switch {
	case !attached && typ == "text/plain" && m.Text == "":
		m.Text = string(b)
	case !attached && typ == "text/html" && m.HTML == "":
		m.HTML = string(b)
	default:
		m.Attachments = append(m.Attachments, Attachment{dp["filename"], typ, len(b)})
	}
	return nil
}
