package events

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"
)

// commitID is the nth id.
func commitID(n byte) ulid.ULID { return ulid.ULID{15: n} }

// frameOf makes a part of the commit n, with events of users numbered by position.
func frameOf(t *testing.T, n byte, first uint64, part uint32, end bool, events int) *Frame {
	f := &Frame{Epoch: 3, First: first, Commit: commitID(n), Part: part, End: end}
	for i := range events {
		user := fmt.Sprintf("u-%d", first+uint64(i))
		f.Entries = append(f.Entries, mustEncode(t, sampleEvent(t, &UserRemoved{"contoso", user})))
	}
	return f
}

// assemble feeds frames as messages 1, 2, … and returns what becomes of each.
func assemble(a *Assembler, frames ...*Frame) (commits []*Commit, err error) {
	for i, f := range frames {
		c, err := a.Add(Message{Seq: uint64(i + 1), Data: f.Encode()})
		if err != nil {
			return commits, err
		}
		commits = append(commits, c)
	}
	return commits, nil
}

func TestAssemblerJoinsParts(t *testing.T) {
	last := frameOf(t, 1, 14, 2, true, 1)
	last.Receipts = []Receipt{{Key: [32]byte{1}}}
	cs, err := assemble(NewAssembler(Kinds, 10), frameOf(t, 1, 10, 0, false, 2), frameOf(t, 1, 12, 1, false, 2), last,
		frameOf(t, 2, 15, 0, true, 0), frameOf(t, 3, 15, 0, true, 1))
	if err != nil {
		t.Fatal(err)
	}
	if cs[0] != nil || cs[1] != nil || cs[2] == nil || cs[3] == nil || cs[4] == nil {
		t.Fatalf("commits do not end where their frames say: %v", cs)
	}
	c := cs[2]
	if c.Epoch != 3 || c.Seq != 3 || c.ID != commitID(1) || c.First != 10 || c.Last() != 14 || len(c.Receipts) != 1 {
		t.Errorf("commit is %+v", c)
	}
	for i, e := range c.Events {
		if e.Position != uint64(10+i) || e.Data.(*UserRemoved).UserID != fmt.Sprintf("u-%d", 10+i) {
			t.Errorf("event %d is %+v %+v", i, e, e.Data)
		}
	}
	if barrier := cs[3]; barrier.First != 15 || barrier.Last() != 14 || len(barrier.Events) != 0 {
		t.Errorf("a frame without events makes %+v", barrier)
	}
}

func TestAssemblerForgetsAbandonedCommits(t *testing.T) {
	cs, err := assemble(NewAssembler(Kinds, 1), frameOf(t, 1, 1, 0, false, 5), frameOf(t, 1, 6, 1, false, 5),
		frameOf(t, 2, 1, 0, false, 1), frameOf(t, 3, 1, 0, true, 2))
	if err != nil {
		t.Fatal(err)
	}
	if c := cs[3]; c == nil || c.ID != commitID(3) || c.First != 1 || len(c.Events) != 2 {
		t.Errorf("after two abandoned commits: %+v", c)
	}
}

func TestAssemblerLiftsRetiredVersions(t *testing.T) {
	f := frameOf(t, 1, 1, 0, true, 0)
	f.Entries = []Entry{goldens(t)["UserActivityRecorded.v1"]}
	cs, err := assemble(NewAssembler(Kinds, 1), f)
	if err != nil {
		t.Fatal(err)
	}
	e := cs[0].Events[0]
	if got := e.Data.(*UserActivityRecorded); e.Version != 1 || !got.At.Equal(at(2).Truncate(24*hour)) {
		t.Errorf("lifted to %+v of version %d", got, e.Version)
	}
	if !bytes.Equal(cs[0].Entries[0], f.Entries[0]) {
		t.Error("the entry's bytes changed")
	}
}

func TestAssemblerRefuses(t *testing.T) {
	unknown := frameOf(t, 1, 1, 0, true, 2)
	unknown.Entries[1] = bytes.ReplaceAll(unknown.Entries[1], []byte("UserRemoved.v1"), []byte("UserRemoved.v7"))
	epoch := frameOf(t, 1, 2, 1, true, 1)
	epoch.Epoch = 4
	for _, c := range []struct {
		what   string
		frames []*Frame
		names  string
	}{
		{"position too high", []*Frame{frameOf(t, 1, 2, 0, true, 1)}, "message 1: bad frame: part 0 at position 2, expected part 0 at 1"},
		{"position again", []*Frame{frameOf(t, 1, 1, 0, true, 2), frameOf(t, 2, 2, 0, true, 1)}, "message 2: bad frame: part 0 at position 2, expected part 0 at 3"},
		{"first part missing", []*Frame{frameOf(t, 1, 1, 1, true, 1)}, "part 1 at position 1, expected part 0"},
		{"part missing", []*Frame{frameOf(t, 1, 1, 0, false, 1), frameOf(t, 1, 2, 2, true, 1)}, "part 2 at position 2, expected part 1"},
		{"part twice", []*Frame{frameOf(t, 1, 1, 0, false, 1), frameOf(t, 1, 1, 0, false, 1)}, "part 0 at position 1, expected part 1"},
		{"part behind the end", []*Frame{frameOf(t, 1, 1, 0, true, 1), frameOf(t, 1, 2, 1, true, 1)}, "part 1 at position 2, expected part 0"},
		{"abandoned commit goes on", []*Frame{frameOf(t, 1, 1, 0, false, 1), frameOf(t, 2, 1, 0, true, 1), frameOf(t, 1, 2, 1, true, 1)}, "message 3: bad frame: part 1"},
		{"parts of two epochs", []*Frame{frameOf(t, 1, 1, 0, false, 1), epoch}, "message 2: bad frame: part of epoch 4 in a commit of epoch 3"},
		{"unknown version", []*Frame{unknown}, `entry 2: unknown event type "seatledger.UserRemoved.v7"`},
	} {
		_, err := assemble(NewAssembler(Kinds, 1), c.frames...)
		if err == nil || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestAssemblerRefusesDamage(t *testing.T) {
	b := frameOf(t, 1, 1, 0, true, 1).Encode()
	b[len(b)/2] ^= 4
	if _, err := NewAssembler(Kinds, 1).Add(Message{Seq: 8, Data: b}); !errors.Is(err, ErrFrame) || !strings.Contains(err.Error(), "message 8") {
		t.Errorf("damaged message: %v", err)
	}
}
