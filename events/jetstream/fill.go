package jetstream

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/events"
)

// epochName is what a journal's description calls its epoch.
const epochName = "seatledger-epoch"

// EpochOf is the epoch that a journal's description names; 1 if it names none.
func EpochOf(c js.StreamConfig) uint64 {
	n, err := strconv.ParseUint(c.Metadata[epochName], 10, 64)
	if err != nil {
		return 1
	}
	return max(1, n)
}

// fillBytes and fillMessages end a group of messages that are on their way.
const (
	fillBytes    = 16 << 20
	fillMessages = 4096
)

// Fill stores messages under the sequences that they have, the first of which
// must follow the journal's end. It does not wait for each to be durable: it is
// for the journal of an Unsynced server.
func (j *Journal) Fill(ctx context.Context, messages iter.Seq2[events.Message, error]) error {
	w, err := newWindow(j.nc)
	if err != nil {
		return err
	}
	var group []events.Message
	bytes := 0
	flush := func() error {
		err := w.publish(ctx, len(group), func(i int) (*nats.Msg, error) {
			m := &nats.Msg{Subject: j.subject, Data: group[i].Data, Header: nats.Header{
				js.ExpectedLastSeqHeader: {strconv.FormatUint(group[i].Seq-1, 10)},
			}}
			return m, nil
		})
		group, bytes = nil, 0
		return err
	}
	for m, err := range messages {
		if err != nil {
			return err
		}
		group, bytes = append(group, m), bytes+len(m.Data)
		if len(group) < fillMessages && bytes < fillBytes {
			continue
		}
		if err := flush(); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
	}
	return flush()
}
