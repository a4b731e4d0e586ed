package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/seatledger/seatledger/events"
)

// maxWALGroup is how many records the bare log writes together, as the
// ledger's writer does.
const maxWALGroup = 1024

// wal is W: a bare write-ahead log. It appends what waits, fdatasyncs, and
// tells everyone whose record was in it.
type wal struct {
	file  *os.File
	queue chan record
	ended chan struct{}
}

type record struct {
	data []byte
	done chan error // of capacity 1
}

func openWAL(dir string) (*wal, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "wal"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	w := &wal{file: f, queue: make(chan record, maxWALGroup), ended: make(chan struct{})}
	go w.run()
	return w, nil
}

// append returns once the data are durable.
func (w *wal) append(r record) error {
	w.queue <- r
	return <-r.done
}

func (w *wal) run() {
	defer close(w.ended)
	var (
		group []record
		bytes []byte
	)
	for r := range w.queue {
		group, bytes = append(group[:0], r), append(bytes[:0], r.data...)
		for len(group) < maxWALGroup && len(w.queue) > 0 {
			r := <-w.queue
			group, bytes = append(group, r), append(bytes, r.data...)
		}
		_, err := w.file.Write(bytes)
		if err == nil {
			err = fdatasync(w.file)
		}
		for _, r := range group {
			r.done <- err
		}
	}
}

func (w *wal) close() error {
	close(w.queue)
	<-w.ended
	return w.file.Close()
}

// callers append each the entry that a licence command records.
func (w *wal) callers(_ context.Context, n int) ([]caller, func(), error) {
	cs := make([]caller, n)
	for i := range cs {
		entry, err := licenseEntry(i)
		if err != nil {
			return nil, nil, err
		}
		r := record{entry, make(chan error, 1)}
		cs[i] = func(context.Context) error { return w.append(r) }
	}
	return cs, func() {}, nil
}

// settle has nothing to wait for.
func (w *wal) settle(context.Context) error { return nil }

// licenseEntry is an entry as AssignLicense records it.
func licenseEntry(i int) (events.Entry, error) {
	const id = "01K0ZZZZZZZZZZZZZZZZZZZZZZ"
	e := &events.Event{
		ID: id, Position: uint64(i) + 1, Time: time.Now().UTC(), Version: 1,
		Partner: partnerID, Aggregate: "account", AggregateID: accountID(i),
		Cause: events.Cause{
			Actor: actor, ActorRole: "partner", CommandID: id, CommandType: assign,
			CorrelationID: id, CausationID: id,
		},
		Data: &events.UserLicenseAssigned{AccountID: accountID(i), UserID: userID(0), Product: product},
	}
	entry, err := events.Kinds.Encode(e)
	if err != nil {
		return nil, fmt.Errorf("the entry to append: %w", err)
	}
	return entry, nil
}
