package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/courtoffice/courtoffice/shared/receipt"
)

// rotateRoot makes the running office's next root and prints the roots that it publishes.
func rotateRoot(ctx context.Context, args []string) error {
	if len(args) != 0 {
		return errors.New("rotate-root takes no arguments")
	}
	url, ok := running(ctx)
	if !ok {
		h, stop, err := fresh(ctx, nil)
		if err != nil {
			return err
		}
		defer stop()
		url = h.URL
	}
	var keys receipt.Published
	if err := post(ctx, url+"/_local/rotate-root", nil, &keys); err != nil {
		return err
	}
	for _, r := range keys.Roots {
		until := "certifies"
		if r.NotAfter != "" {
			until = "certifies before " + r.NotAfter
		}
		fmt.Printf("root %s from %s, %s\n", r.ID, r.NotBefore, until)
	}
	return nil
}
