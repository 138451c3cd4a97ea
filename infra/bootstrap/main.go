// Command bootstrap makes the first administrator of a deployed office: there is nobody yet who
// could. The person registers like everyone else, then an operator with the deployment's AWS
// credentials runs
//
//	ACCOUNTS_TABLE=… SITE_TABLE=… INDEX_KEY=… go run ./infra/bootstrap -number IIN -reason "…"
//
// with the names that the data stack puts out and the INDEX_KEY from Secrets Manager. The act is
// in the audit as that of "bootstrap", and the holder gets a notice of it. Further administrators
// are made by two others, in the office.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/courtoffice/courtoffice/shared/account"
	"github.com/courtoffice/courtoffice/shared/audit"
	"github.com/courtoffice/courtoffice/shared/store"
	"github.com/courtoffice/courtoffice/shared/store/schema"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "bootstrap:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string) error {
	flags := flag.NewFlagSet("bootstrap", flag.ContinueOnError)
	number := flags.String("number", "", "IIN or BIN of a registered account")
	reason := flags.String("reason", "first-administrator", "kept in the audit for ever; no personal data")
	if err := flags.Parse(args); err != nil {
		return err
	}
	accounts, site := getenv(schema.Accounts.Env), getenv(schema.Site.Env)
	key, err := hex.DecodeString(getenv("INDEX_KEY"))
	switch {
	case accounts == "" || site == "":
		return fmt.Errorf("%s and %s must name the deployed tables", schema.Accounts.Env, schema.Site.Env)
	case err != nil || len(key) != 32:
		return errors.New("INDEX_KEY must be 32 bytes of hex")
	}
	if list := audit.CheckReason(*reason, "-reason"); list != nil {
		return list
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	db := dynamodb.NewFromConfig(cfg)
	holder, err := store.NewAccounts(db, accounts).ByNumber(ctx, account.NumberKeys(key, *number))
	if err != nil {
		return err
	}
	var random [8]byte
	rand.Read(random[:])
	e := audit.New(audit.RightGranted, audit.Actor{Account: audit.Bootstrap}, holder.ID, *reason, time.Now(), random)
	if holder, err = store.NewDecisions(db, accounts, store.NewAudit(db, site, accounts)).Grant(ctx, holder.ID, account.Admin, e); err != nil {
		return err
	}
	fmt.Printf("account %s has the rights %v\n", holder.ID, holder.Rights)
	return nil
}
