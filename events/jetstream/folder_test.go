package jetstream

import (
	"bytes"
	"errors"
	"os"
	"testing"

	js "github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/events"
)

// What the server wrote is read without it; whichever bit is flipped, damage is
// told, and all other messages are still read.
func TestFolderIsRead(t *testing.T) {
	const messages = 40
	dir := t.TempDir()
	s := start(t, Options{StoreDir: dir})
	j := openJournal(t, s)
	for n := range uint64(messages) {
		if _, err := j.Append(t.Context(), n, numbered(n + 1)[:200]); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	f := JournalFolder(dir)
	if c, err := f.Config(); err != nil || EpochOf(c) != 1 || !c.DenyDelete {
		t.Fatalf("%+v, %v", c, err)
	}
	read := func() (n, damaged int) {
		for m, err := range f.Read() {
			var d *Damage
			switch {
			case errors.As(err, &d):
				damaged++
			case err != nil:
				t.Fatal(err)
			case !bytes.Equal(m.Data, numbered(m.Seq)[:200]):
				t.Fatalf("message %d is another", m.Seq)
			default:
				n++
			}
		}
		return n, damaged
	}
	if n, damaged := read(); n != messages || damaged != 0 {
		t.Fatalf("%d messages, %d damaged", n, damaged)
	}
	path := f.block(1)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	step := 1 // each byte of some messages, and some of the others
	for at := 0; at < len(data); at += step {
		if at == len(data)/10 {
			step = 37
		}
		data[at] ^= 1 << (at % 8)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if n, damaged := read(); n != messages-1 || damaged != 1 {
			t.Fatalf("bit %d of byte %d: %d messages, %d damaged", at%8, at, n, damaged)
		}
		data[at] ^= 1 << (at % 8)
	}
}

// Whichever bit of a stream's file is another one, of each kind of stream: it is
// noticed, also where the server's own hash does not reach.
func TestEveryBitCounts(t *testing.T) {
	const messages = 2
	dir := t.TempDir()
	s := start(t, Options{StoreDir: dir})
	j, f := openJournal(t, s), openFeed(t, s)
	c, err := s.OpenCheckpoints(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(messages) {
		if _, err := j.Append(t.Context(), n, []byte("a frame")); err != nil {
			t.Fatal(err)
		}
		if err := c.Put(t.Context(), []byte("a signed note")); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Publish(t.Context(), 1, entriesOf(t, 1, messages)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	for _, folder := range []Folder{JournalFolder(dir), CheckpointFolder(dir), FeedFolder(dir, "")} {
		path := folder.block(1)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := whole(t, folder); n != messages {
			t.Fatalf("%s: %d messages of %d", folder.Stream, n, messages)
		}
		step := 1 // each bit of a message's head, and some of the others
		for bit := 0; bit < len(data)*8; bit += step {
			if bit == 8*64 {
				step = 29
			}
			data[bit/8] ^= 1 << (bit % 8)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if n := whole(t, folder); n >= messages {
				t.Errorf("%s: bit %d of byte %d of %d is another, and nothing is noticed", folder.Stream, bit%8, bit/8, len(data))
			}
			data[bit/8] ^= 1 << (bit % 8)
		}
	}
}

// whole is how many messages of a folder are whole.
func whole(t *testing.T, f Folder) (n int) {
	t.Helper()
	for _, err := range f.Read() {
		var d *Damage
		switch {
		case err == nil:
			n++
		case !errors.As(err, &d):
			t.Fatal(err)
		}
	}
	return n
}

// A journal of a later epoch begins where it is told, and takes what it is
// filled with; a consumer's place is moved from one feed to another.
func TestFilled(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{StoreDir: dir, Unsynced: true})
	j, err := s.OpenJournal(t.Context(), JournalOptions{Epoch: 3, FirstSeq: 1001})
	if err != nil {
		t.Fatal(err)
	}
	err = j.Fill(t.Context(), func(yield func(events.Message, error) bool) {
		for n := uint64(1001); n <= 6000 && yield(events.Message{Seq: n, Data: []byte("x")}, nil); n++ {
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	feed, err := s.OpenFeed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := feed.Publish(t.Context(), 1, mixed(t)[:10]); err != nil {
		t.Fatal(err)
	}
	c, err := feed.stream.CreateOrUpdateConsumer(t.Context(), js.ConsumerConfig{Durable: "d", AckPolicy: js.AckExplicitPolicy})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		m, err := c.Next()
		if err == nil {
			err = m.DoubleAck(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	places, damaged, err := FeedFolder(dir, "").Places()
	if err != nil || len(damaged) > 0 || len(places) != 1 {
		t.Fatalf("%d places, %v, %v", len(places), damaged, err)
	}
	if err := errors.Join(FeedFolder(dir, "").DropPlace("d"), FeedFolder(dir, "").PutPlace(places[0])); err != nil {
		t.Fatal(err)
	}
	s = start(t, Options{StoreDir: dir})
	j, err = s.OpenJournal(t.Context(), JournalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if last, err := j.Last(t.Context()); err != nil || last != 6000 || j.Epoch() != 3 || j.First() != 1001 {
		t.Fatalf("epoch %d from %d to %d, %v", j.Epoch(), j.First(), last, err)
	}
	feed, err = s.OpenFeed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c, err = feed.stream.Consumer(t.Context(), "d"); err != nil || c.CachedInfo().AckFloor.Stream != 4 {
		t.Fatalf("%v, %v", c, err)
	}
}
