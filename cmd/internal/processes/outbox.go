package processes

import (
	"context"
	"log/slog"
	"time"

	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/cmd/internal/mail"
	"github.com/seatledger/seatledger/projections"
)

// Outbox writes messages into a folder, for want of a mail server. It records
// nothing: a letter in a folder was not sent. What it wrote it remembers beside
// the letters, so that one that was taken away does not come back.
type Outbox struct {
	letters
	Views  Snapshots
	Folder *mail.Outbox
	tally  *Tally
	cursor string
	read   bool // the cursor
}

// NewOutbox makes the sender of a ledger without a mail server.
func NewOutbox(tally *Tally, folder *mail.Outbox, from string, publicURL func() string, giveUp time.Duration, log *slog.Logger) *Outbox {
	return &Outbox{letters: letters{from, publicURL, time.Now, giveUp, log}, Views: tally.Views, Folder: folder, tally: tally}
}

// Run writes until ctx ends.
func (x *Outbox) Run(ctx context.Context) { x.run(ctx, x.look) }

func (x *Outbox) look(ctx context.Context) (err error) {
	if !x.read {
		if x.cursor, err = x.Folder.Cursor(); err != nil {
			return err
		}
		x.read = true
		x.tally.behind.Store(new(x.cursor))
	}
	s, err := x.Views.At(ctx, projections.AsOf{})
	if err != nil {
		return err
	}
	defer s.Close()
	at, taken := x.cursor, 0
	for k, v := range s.ScanFrom(message.Pending.Info, "", x.cursor) {
		if taken == maxLetters {
			break
		}
		ref := v.(*message.Ref)
		m := message.Messages.Get(s, ref.Scope, ref.MessageID)
		if m == nil {
			break // the error is the snapshot's
		}
		if err := x.put(s, m); err != nil {
			return err
		}
		at, taken = k.ID, taken+1
	}
	if err := s.Err(); err != nil || at == x.cursor {
		return err
	}
	if err := x.Folder.SetCursor(at); err != nil {
		return err
	}
	x.cursor = at
	x.tally.behind.Store(&at)
	return nil
}

// put writes the letter of a message, if it is young and its recipient known.
func (x *Outbox) put(s *projections.Snapshot, m *message.Message) error {
	if x.tooOld(m) || m.To.Plain == "" {
		return nil
	}
	l, err := x.letter(s, m)
	if err != nil {
		return err
	}
	if err := x.Folder.Put(l); err != nil {
		return err
	}
	x.tally.written.Add(1)
	return nil
}
