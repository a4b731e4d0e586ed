package jetstream

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
)

// MaxCheckpoints is how many signed checkpoints are kept.
const MaxCheckpoints = 1000

// CheckpointStream is the stream of the signed checkpoints, beside the journal.
const CheckpointStream = "LEDGER_CHECKPOINTS"

const checkpointSubject = "checkpoints"

// Checkpoints keeps the newest signed checkpoints in a stream of their own:
// the newest signed root survives the loss of what it was made from.
type Checkpoints struct {
	stream js.Stream
	js     js.JetStream
	server *Embedded // nil on a cluster
	blocks *blocks
}

// OpenCheckpoints opens the checkpoints on a given server or cluster.
func OpenCheckpoints(ctx context.Context, nc *nats.Conn, replicas int) (*Checkpoints, error) {
	c, err := js.New(nc)
	if err != nil {
		return nil, fmt.Errorf("checkpoints: %w", err)
	}
	s := &Checkpoints{js: c}
	s.stream, err = c.Stream(ctx, CheckpointStream)
	if errors.Is(err, js.ErrStreamNotFound) {
		s.stream, err = c.CreateStream(ctx, js.StreamConfig{
			Name: CheckpointStream, Description: "the newest signed checkpoints of the ledger's log",
			Subjects: []string{checkpointSubject}, Storage: js.FileStorage, Replicas: max(1, replicas),
			Retention: js.LimitsPolicy, Discard: js.DiscardOld, MaxMsgsPerSubject: MaxCheckpoints,
			MaxMsgs: -1, MaxBytes: -1, MaxMsgSize: -1, MaxConsumers: -1,
			Duplicates: duplicates, DenyDelete: true, DenyPurge: true,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoints: stream %s: %w", CheckpointStream, err)
	}
	return s, nil
}

// OpenCheckpoints opens the checkpoints on the embedded server.
func (s *Embedded) OpenCheckpoints(ctx context.Context) (*Checkpoints, error) {
	c, err := OpenCheckpoints(ctx, s.private, 1)
	if err != nil {
		return nil, err
	}
	c.server = s
	c.blocks, err = openBlocks(s.o.StoreDir, s.streamDir(accountPrivate, CheckpointStream))
	return c, err
}

// Put stores a checkpoint; it is durable when Put returns. A second copy of
// one does no harm.
func (s *Checkpoints) Put(ctx context.Context, note []byte) error {
	if err := s.server.settle(ctx); err != nil {
		return fmt.Errorf("checkpoints: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	s.server.watch(ctx, cancel)
	if _, err := s.js.Publish(ctx, checkpointSubject, note); err != nil {
		s.server.doubt()
		return fmt.Errorf("checkpoints: %w", err)
	}
	return s.blocks.sync()
}

// Newest is the checkpoint stored last, nil if there is none.
func (s *Checkpoints) Newest(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	m, err := s.stream.GetLastMsgForSubject(ctx, checkpointSubject)
	switch {
	case errors.Is(err, js.ErrMsgNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("checkpoints: %w", err)
	}
	return m.Data, nil
}
