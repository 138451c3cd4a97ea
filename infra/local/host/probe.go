package host

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/functions"
	"github.com/courtoffice/courtoffice/infra/local/runtimeapi"
	"github.com/courtoffice/courtoffice/shared/client"
	"github.com/courtoffice/courtoffice/shared/eds/certpath"
	"github.com/courtoffice/courtoffice/shared/eds/edstest"
	"github.com/courtoffice/courtoffice/shared/eds/oid"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// secretsPath is where the host plays the service that keeps the probe's key; probeSecret is its name there.
const (
	secretsPath = "/_local/secrets"
	probeSecret = "courtoffice-probe"
)

// buckets are those of the office and of what watches it.
func buckets() []schema.Bucket { return append(slices.Clone(schema.Buckets), schema.Outages) }

// isOutside reports whether a function is one of functions.Outside.
func isOutside(fn string) bool {
	return slices.ContainsFunc(functions.Outside, func(f functions.Function) bool { return f.Name == fn })
}

// secret answers GetSecretValue as Secrets Manager does.
func (h *Host) secret(w http.ResponseWriter, r *http.Request) {
	var in struct{ SecretId string }
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&in)
	value, made := h.outside.Load().(string)
	if err != nil || r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || in.SecretId != probeSecret || !made {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		json.NewEncoder(w).Encode(map[string]string{"__type": "ResourceNotFoundException", "message": "no such secret"})
		return
	}
	writeJSON(w, map[string]string{"Name": probeSecret, "SecretString": value})
}

// enlist has the test authority issue a key to the probe's person, and registers that person unless an
// earlier run has. What fails is told on the console: the probe then says that it can't sign in.
func (h *Host) enlist(ctx context.Context) {
	if h.nca == nil {
		return // nobody here issues keys that this office believes
	}
	key, err := h.issueProbe()
	if err == nil {
		err = h.register(ctx, func(document []byte) (string, error) {
			cms, err := key.SignCMS(document, edstest.Attached)
			return base64.StdEncoding.EncodeToString(cms), err
		})
	}
	if err != nil && ctx.Err() == nil {
		h.cfg.Log.Warn("probe", slog.String("error", err.Error()))
	}
}

func (h *Host) issueProbe() (*edstest.Key, error) {
	data, err := os.ReadFile(filepath.Join(h.cfg.Root, "testdata", "pki", "authority", "nca-gost.pem"))
	if err != nil {
		return nil, err
	}
	authority, err := edstest.ParsePEM(data)
	if err != nil {
		return nil, err
	}
	private, err := edstest.GenerateGOST()
	if err != nil {
		return nil, err
	}
	key, err := authority.Issue(private, edstest.Template{
		Subject: []edstest.Attribute{
			{Type: oid.CommonName, Value: "БАҚЫЛАУШЫ СЫРТҚЫ"}, {Type: oid.Surname, Value: "БАҚЫЛАУШЫ"},
			{Type: oid.SerialNumber, Value: "IIN850101300124"}, {Type: oid.Country, Value: "KZ"},
		},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		KeyUsage:    certpath.DigitalSignature | certpath.NonRepudiation | certpath.KeyAgreement,
		ExtKeyUsage: []oid.ID{oid.EmailProtection, oid.RoleIndividual},
	})
	if err != nil {
		return nil, err
	}
	pem, err := key.MarshalPEM()
	if err != nil {
		return nil, err
	}
	value, err := json.Marshal(map[string]string{"pem": string(pem)})
	if err != nil {
		return nil, err
	}
	h.outside.Store(string(value))
	return key, nil
}

// register makes an account as a person's program would, if there is none.
func (h *Host) register(ctx context.Context, sign client.Signer) error {
	c := client.New(h.URL, "kk")
	_, err := c.SignInWith(ctx, sign)
	if refused, ok := errors.AsType[*client.Problem](err); !ok || refused.Slug() != "not-registered" {
		return err
	}
	now, err := c.AcceptagreementCurrent(ctx)
	if err != nil {
		return err
	}
	asked, err := c.AcceptagreementDocument(ctx, client.AcceptagreementDocumentRequest{Agreement: now.InForce.ID, Lang: "kk"})
	if err != nil {
		return err
	}
	signature, err := sign(asked.Document)
	if err != nil {
		return err
	}
	accepted, err := c.AcceptagreementAccept(ctx, client.AcceptagreementRequest{Signature: signature})
	if err != nil {
		return err
	}
	who := accepted.Subject
	asked, err = c.RegisterDocument(ctx, client.RegisterDocumentRequest{Form: client.AccountForm{
		Agreement: now.InForce.ID, Email: "probe@courtoffice.example", Lang: "kk", Declaration: true, NotificationContacts: []client.AccountContactGiven{},
		Subject: client.AccountFormSubject{Kind: who.Kind, IIN: who.IIN, BIN: who.BIN, Name: who.Name, Organisation: who.Organisation},
	}})
	if err != nil {
		return err
	}
	if signature, err = sign(asked.Document); err != nil {
		return err
	}
	_, err = c.RegisterRegister(ctx, client.RegisterRequest{Signature: signature, Password: probePassword})
	return err
}

// probePassword opens nothing but the probe's account of this machine's office.
const probePassword = "сыртқы бақылаушы қарайды"

// mortal is a function that can be dead.
type mortal struct {
	host *Host
	*runtimeapi.Function
}

// Invoke is as the function's, or the error of a function that there is no room for.
func (m mortal) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	dead, _ := m.host.dead.Load().([]string)
	if slices.Contains(dead, m.Name) || slices.Contains(dead, "all") && !isOutside(m.Name) {
		return nil, fmt.Errorf("function %s is dead: %w", m.Name, runtimeapi.ErrThrottled)
	}
	return m.Function.Invoke(ctx, payload)
}

// setDead takes {"functions": ["file-claim"]}: requests to these, and their schedules, fail from then on as if
// no process of theirs could be started; "all" are all of the office's. What is under way ends well.
func (h *Host) setDead(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Functions []string `json:"functions"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, name := range in.Functions {
		if _, known := functions.Named(name); !known && name != "all" {
			http.Error(w, "no function "+name, http.StatusBadRequest)
			return
		}
	}
	h.dead.Store(append([]string{}, in.Functions...))
	writeJSON(w, map[string]any{"functions": in.Functions})
}
