package eds_test

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/courtoffice/courtoffice/shared/eds"
)

func Example() {
	trust, err := eds.LoadTrust("../../testdata/pki/trust")
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.ReadFile("../../testdata/eds/example.p7s")
	if err != nil {
		fmt.Println(err)
		return
	}
	v := &eds.Verifier{Trust: trust, Policy: eds.Filing()}
	report, err := v.Verify(eds.Signed{Data: file, At: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	who := report.Signers[0].Subject
	fmt.Printf("%s %s, %s, %s: %s", who.CommonName, who.Patronymic, who.Role, who.IIN, report.Content())
	// Output: СЕРІКОВ ҰЛАН ҚАНАТҰЛЫ, individual, ******0126: Талап арыз. Исковое заявление. Statement of claim.
}

func ExampleVerificationError() {
	trust, err := eds.LoadTrust("../../testdata/pki/trust")
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.ReadFile("../../testdata/eds/revoked.p7s")
	if err != nil {
		fmt.Println(err)
		return
	}
	v := &eds.Verifier{Trust: trust, Policy: eds.Filing()}
	_, err = v.Verify(eds.Signed{Data: file, At: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)})
	if e, ok := errors.AsType[*eds.VerificationError](err); ok {
		title, next := eds.Text(e.Report.Problem(), "kk")
		fmt.Println(e.Report.Indication, e.Report.SubIndication, e.Report.Problem())
		fmt.Println(title, next)
	}
	// Output:
	// TOTAL-FAILED REVOKED certificate-revoked
	// Тіркеу куәлігі кері қайтарып алынған. ҰКО-дан жаңа тіркеу куәлігін алып, соның кілтімен қол қойыңыз.
}
