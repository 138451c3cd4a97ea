package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// inputError is an error in reading a file, outputError one in writing it.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }

type outputError struct{ error }

func (e outputError) Unwrap() error { return e.error }

// dataError means that a file beside the one to check is not what its flag wants.
type dataError struct{ error }

func (e dataError) Unwrap() error { return e.error }

// read returns the contents of a file, of the standard input for "-".
func (c *command) read(name string) ([]byte, error) {
	var data []byte
	var err error
	if name == "-" {
		data, err = io.ReadAll(c.stdin)
	} else {
		data, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, inputError{err}
	}
	return data, nil
}

func open(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, inputError{err}
	}
	return f, nil
}

// writeFile puts data into the file of that name: whole or not at all, so that a file which is there is never
// left empty or half written. It goes beside it first. What is no regular file, such as a pipe, is written
// to as it is.
func writeFile(name string, data []byte) error {
	if err := replace(name, data); err != nil {
		return outputError{fmt.Errorf("write %s: %w", name, err)}
	}
	return nil
}

func replace(name string, data []byte) (err error) {
	mode := os.FileMode(0o644)
	switch info, err := os.Stat(name); {
	case err == nil && !info.Mode().IsRegular():
		return os.WriteFile(name, data, mode)
	case err == nil:
		mode = info.Mode().Perm()
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".eds-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Chmod(mode); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
