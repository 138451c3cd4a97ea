//go:build !linux

package engine

import "os/exec"

// dieWithParent does nothing where the kernel offers no parent death signal.
func dieWithParent(*exec.Cmd) {}
