package audit

import (
	"errors"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// A batch that was begun before the copy was opened again is not written, and
// does not make the copy sick that is well by now.
func TestBatchOutlivesTheDatabase(t *testing.T) {
	c, err := OpenCopy(CopyOptions{Dir: "copy", FS: vfs.NewMem(), Epoch: 1, Log: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	late, err := c.batch()
	if err != nil {
		t.Fatal(err)
	}
	sick := errors.New("a write that went wrong")
	c.mu.Lock()
	c.sick = sick
	c.mu.Unlock()
	if err := c.Put(1, []byte("not taken")); !errors.Is(err, errSick) || !errors.Is(err, sick) {
		t.Errorf("a sick copy: %v", err)
	}
	if err := c.well(); err != nil {
		t.Fatal(err)
	}
	if err := c.commit(late, pebble.NoSync); !errors.Is(err, errSick) || !errors.Is(err, errReopened) {
		t.Errorf("a batch of the database before: %v", err)
	}
	if c.isSick() {
		t.Errorf("the copy is sick again: %v", c.sick)
	}
	if err := c.Put(1, []byte("taken")); err != nil {
		t.Error(err)
	}
}

// The tree waits for a copy that cannot be written, whatever the error is.
func TestUnwrittenTilesAreSick(t *testing.T) {
	d := &disk{MemFS: vfs.NewCrashableMem()}
	c := openCopy(t, d.wrap())
	tr, err := openTree(c)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.batch()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Set([]byte("k"), nil, nil); err != nil {
		t.Fatal(err)
	}
	d.fault.Store(diskFull)
	if err := c.commit(b, pebble.Sync); !errors.Is(err, errSick) || !c.isSick() {
		t.Errorf("a full disk: %v", err)
	}
	d.fault.Store(diskWell)
	if err := tr.add(nil); !errors.Is(err, errSick) {
		t.Errorf("the tree on it: %v", err)
	}
	if err := c.well(); err != nil {
		t.Fatal(err)
	}
	if err := tr.add(nil); !errors.Is(err, errSick) {
		t.Errorf("the tree, before it is loaded again: %v", err)
	}
	if err := errors.Join(tr.load(), tr.add(nil)); err != nil {
		t.Error(err)
	}
}
