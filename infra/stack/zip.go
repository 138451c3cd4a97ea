package main

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/courtoffice/courtoffice/functions"
)

// pack builds every function for arch and writes out/<function>.zip: bootstrap at its root,
// and trust/ with the files of trust for a function that reads TRUST_DIR. The same source
// gives the same bytes on every machine, so an unchanged function is not deployed again.
func pack(ctx context.Context, arch, trust, out string) error {
	bin := filepath.Join(filepath.Dir(out), "bin-"+arch)
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	build := command{
		name: "go",
		args: []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", bin + "/"},
		env:  append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch),
		out:  os.Stderr,
	}
	for _, f := range slices.Concat(functions.All, functions.Outside) {
		build.args = append(build.args, "./functions/"+f.Name)
	}
	if err := build.run(ctx); err != nil {
		return fmt.Errorf("build functions: %w", err)
	}
	for _, f := range slices.Concat(functions.All, functions.Outside) {
		anchors := ""
		if slices.Contains(f.Env, functions.EnvTrustDir) {
			anchors = trust
		}
		if err := packOne(filepath.Join(out, f.Name+".zip"), filepath.Join(bin, f.Name), anchors); err != nil {
			return fmt.Errorf("package %s: %w", f.Name, err)
		}
	}
	return nil
}

// packOne writes one package. trust is empty, or a folder that must have a file.
func packOne(name, bootstrap, trust string) (err error) {
	w, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if e := w.Close(); err == nil {
			err = e
		}
	}()
	z := zip.NewWriter(w)
	if err := addFile(z, "bootstrap", bootstrap, 0o755); err != nil {
		return err
	}
	if trust != "" {
		n := 0
		err := fs.WalkDir(os.DirFS(trust), ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			n++
			return addFile(z, path.Join("trust", p), filepath.Join(trust, p), 0o644)
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("no trust anchors in %s", trust)
		}
	}
	return z.Close()
}

// addFile adds a file with a fixed time: 1980, the first a zip can say.
func addFile(z *zip.Writer, name, from string, mode fs.FileMode) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(mode)
	w, err := z.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return err
}
