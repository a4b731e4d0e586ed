package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// smallDisk is the size of the file system that is filled up.
const smallDisk = "size=192m"

// recovery is how long the ledger may take to notice that it can write again.
const recovery = 30 * time.Second

// ownDisk mounts a small file system of its own for a data folder.
func ownDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, smallDisk); err != nil {
		t.Fatalf("these tests mount a file system and run as root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill writes until nothing more fits, and answers with the file.
func fill(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 20, 1 << 12, 1} {
		for {
			if _, err := f.Write(make([]byte, size)); err != nil {
				break
			}
		}
	}
	return path
}

// unwritable sends commands while nothing can be written: after what still fits
// the answers must be 503, and what was acknowledged counts.
func (b *bed) unwritable(acknowledged map[uint64]string) {
	b.Helper()
	refused := 0
	deadline := time.Now().Add(recovery)
	for i := 0; refused < 3; i++ {
		a := b.Keyed(fmt.Sprint("full-", i)).Do("UpdateAccountInformation", body{"account_id": "a", "city": fmt.Sprint("City ", i)})
		switch {
		case a.Err == nil && a.Status == 200:
			acknowledged[a.Events[0].Position] = a.Events[0].ID
		case refusal(a, 503, "unavailable") == "" && a.Header.Get("Retry-After") != "":
			refused++
		default:
			b.Fatalf("nothing can be written, and the answer is %s, %v\n%s", shown(a), a.Header, tail(b.process.Log(), 3000))
		}
		if time.Now().After(deadline) {
			b.Fatalf("nothing can be written, and %d commands were accepted", i)
		}
	}
	if a := b.Get("/v1/accounts/a"); a.Status != 200 {
		b.Errorf("queries go on: %s", shown(a))
	}
	if a := b.Get("/healthz"); a.Status != 200 {
		b.Errorf("the process lives: %s", shown(a))
	}
}

// recovered wants commands to be accepted again, a restart to go well, and
// everything acknowledged to be there, once.
func (b *bed) recovered(acknowledged map[uint64]string) {
	b.Helper()
	var last *ledger.Answer
	b.eventually(recovery, "commands are accepted again", func() bool {
		last = b.Keyed("again").Do("UpdateAccountInformation", body{"account_id": "a", "city": "Again"})
		return last.Err == nil && last.Status == 200
	})
	acknowledged[last.Position] = last.Events[0].ID
	b.holds(acknowledged)
	b.down()
	b.up()
	b.holds(acknowledged)
	b.crash()
	b.holds(acknowledged)
	b.done("EnableMiCCIntegration", body{"account_id": "a"})
	events := b.history(1)
	b.notTwice(events)
	b.feedIsHistory(events)
}

func (b *bed) holds(acknowledged map[uint64]string) {
	b.Helper()
	ids := b.identities()
	for at, id := range acknowledged {
		if ids[at] != id {
			b.Fatalf("acknowledged at %d as %s; the history has %q", at, id, ids[at])
		}
	}
}

// A full disk: commands are answered 503 with Retry-After, nothing is half
// done, and the ledger goes on by itself once there is space.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := ownDisk(t)
	b := startOver(t, filepath.Join(disk, "data"), binaries.plain)
	b.founded()
	acknowledged := map[uint64]string{}
	ballast := fill(t, disk)
	b.unwritable(acknowledged)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	b.recovered(acknowledged)
}

// A disk that is full when the process is killed, and still full when it
// starts again: it may refuse to start, but it must not lose anything.
func TestFullDiskAcrossACrash(t *testing.T) {
	t.Parallel()
	disk := ownDisk(t)
	b := startOver(t, filepath.Join(disk, "data"), binaries.plain)
	b.founded()
	acknowledged := map[uint64]string{}
	ballast := fill(t, disk)
	b.unwritable(acknowledged)
	b.process.Kill()
	if p, err := ledger.Start(b.binary, b.dir); err == nil {
		p.Kill()
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	b.up()
	b.recovered(acknowledged)
}

// No file can grow any more, as under a quota: the same.
func TestFilesCannotGrow(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	acknowledged := map[uint64]string{}
	limit := func(bytes uint64) {
		t.Helper()
		if err := unix.Prlimit(b.process.ID(), unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}, nil); err != nil {
			t.Fatal(err)
		}
	}
	limit(0)
	b.unwritable(acknowledged)
	limit(unix.RLIM_INFINITY)
	b.recovered(acknowledged)
}

// A data folder that cannot be written: the process says so and ends with 1;
// once it can be written all is there.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	disk := ownDisk(t)
	b := startOver(t, filepath.Join(disk, "data"), binaries.plain)
	b.founded()
	ids := b.identities()
	b.down()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, smallDisk); err != nil {
		t.Fatal(err)
	}
	p, err := ledger.Start(b.binary, b.dir)
	if err == nil {
		p.Kill()
		t.Error("it started over a folder that it cannot write")
	} else if !strings.Contains(err.Error(), "exit status 1") || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("it must end with 1 and say what is wrong: %v", err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, smallDisk); err != nil {
		t.Fatal(err)
	}
	b.up()
	b.holds(ids)
}
