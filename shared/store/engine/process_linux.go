package engine

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel kill the command when this program ends, however it ends. The
// command gets a process group of its own, so that Ctrl-C in a terminal reaches only the parent,
// which then stops its children in order.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
