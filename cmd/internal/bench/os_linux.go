package bench

import (
	"os"
	"os/exec"
	"syscall"
)

// fdatasync makes a file's content durable.
func fdatasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// flushDisks writes to the disks what the kernel still holds for them.
func flushDisks() { syscall.Sync() }

// runAs makes a command run as another user, and end with this process.
func runAs(c *exec.Cmd, uid, gid uint32) {
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
}

// fileSystems names the kinds of file system that are told apart, by the
// numbers of statfs(2).
var fileSystems = map[int64]string{
	0x01021994: "tmpfs", 0x858458f6: "ramfs", 0xef53: "ext4", 0x58465342: "xfs", 0x9123683e: "btrfs",
	0x2fc12fc1: "zfs", 0x794c7630: "overlay", 0xf2f52010: "f2fs", 0x6969: "nfs",
}

// fileSystem names the kind of file system that a folder is on.
func fileSystem(dir string) (string, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return "", err
	}
	if name, ok := fileSystems[int64(s.Type)]; ok {
		return name, nil
	}
	return "unknown", nil
}
