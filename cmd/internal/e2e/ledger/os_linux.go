package ledger

import (
	"os/exec"
	"syscall"
)

// diesWithUs has the system kill the process when its starter ends.
func diesWithUs(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
