package projections

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/seatledger/seatledger/events"
)

// stored are all keys and values in the tables of a database's folder, deleted
// ones too.
func stored(t *testing.T, o Options) []byte {
	t.Helper()
	names, err := o.FS.List(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, name := range names {
		if strings.HasSuffix(name, ".sst") {
			all = append(all, tableOf(t, o.FS, o.FS.PathJoin(o.Dir, name))...)
		}
	}
	return all
}

func tableOf(t *testing.T, fs vfs.FS, name string) (all []byte) {
	t.Helper()
	f, err := fs.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil // it is no part of the database any more
	}
	if err != nil {
		t.Fatal(err)
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sstable.NewReader(t.Context(), readable, (&Options{}).pebble().MakeReaderOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, r)
	it, err := r.NewIter(sstable.NoTransforms, nil, nil, sstable.AssertNoBlobHandles)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, it)
	for kv := it.First(); kv != nil; kv = it.Next() {
		v, _, err := kv.Value(nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, kv.K.UserKey...), v...)
	}
	return all
}

// private is a domain that tells of a person.
const private = "quagmire-family.example"

// moved gives the user an address in the private domain.
func (a added) moved() {
	a.commit(draft{"acme", "acme-one", &events.UserUpdated{AccountID: "acme-one", UserID: a.user.UserID, PersonID: a.user.PersonID,
		Changes: events.UserChanges{Email: &events.PersonalChange{Old: a.user.Email, New: events.Clear("z@" + private)}}}})
}

// What is erased is in no file of the database any more once it is closed;
// until then it was.
func TestErasureIsSweptFromFiles(t *testing.T) {
	a := withUser(t)
	a.moved()
	fs := vfs.NewMem()
	a.once(fs)
	if !bytes.Contains(stored(t, a.options(fs)), []byte(private)) {
		t.Fatal("the domain does not stand where it should")
	}
	a.erase("acme-one", a.user.UserID)
	a.once(fs)
	if bytes.Contains(stored(t, a.options(fs)), []byte(private)) {
		t.Error("the domain stands in a file")
	}
	s := open(t, a.options(fs))
	if swept, err := s.sweep(t.Context()); swept || err != nil {
		t.Errorf("swept again: %t, %v", swept, err)
	}
	closing(t, s)
}

// A crash before the sweep is made good at the next start; and nothing is
// called swept while a snapshot still reads it.
func TestSweepWaitsForReaders(t *testing.T) {
	a := withUser(t)
	a.moved()
	s := started(t, a.options(vfs.NewMem()))
	mustReach(t, s, a.ledger.position)
	if err := s.db.Flush(); err != nil {
		t.Fatal(err)
	}
	snap, err := s.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	s.Offer(a.erase("acme-one", a.user.UserID))
	mustReach(t, s, a.ledger.position)
	if !bytes.Contains(stored(t, s.opt), []byte(private)) {
		t.Fatal("the domain does not stand where it should")
	}
	if swept, err := s.sweep(t.Context()); swept || err == nil {
		t.Errorf("swept under a reader: %t, %v", swept, err)
	}
	if err := snap.Close(); err != nil {
		t.Fatal(err)
	}
	swept := func() bool {
		done, err := get(s.db, sweptKey)
		return err == nil && done != nil && !bytes.Contains(stored(t, s.opt), []byte(private))
	}
	for deadline := time.Now().Add(30 * time.Second); !swept(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the domain still stands in a file, or it is not kept that it does not")
		}
	}
}
