package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/events"
)

// JournalOptions say which journal to open, and how to make it if there is none.
type JournalOptions struct {
	// Epoch is part of the subject on which frames are published; 0 is the
	// stream's own, 1 for a new one.
	Epoch uint64
	// FirstSeq is the sequence of the first message of a new stream; 0 is 1.
	// A stream that takes the place of another begins above any sequence
	// that the other used, so that no late message fits the fence.
	FirstSeq uint64
	// Replicas is how many servers keep a new stream; 0 is 1.
	Replicas int
}

// Journal is an [events.Journal] on a stream.
type Journal struct {
	nc      *nats.Conn
	stream  js.Stream
	subject string
	epoch   uint64
	first   uint64 // sequence of the first message that can be

	server *Embedded // nil on a cluster: it looks after its servers itself
	blocks *blocks
}

var _ events.Journal = (*Journal)(nil)

// OpenJournal opens the journal on a given server or cluster, whose setting
// sync_interval a client cannot see: it must be "always", or replicas be three.
func OpenJournal(ctx context.Context, nc *nats.Conn, o JournalOptions) (*Journal, error) {
	j := &Journal{nc: nc}
	c, err := js.New(nc)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	want := journalConfig(o)
	j.stream, err = c.Stream(ctx, want.Name)
	if errors.Is(err, js.ErrStreamNotFound) {
		j.stream, err = c.CreateStream(ctx, want)
	}
	if err != nil {
		return nil, fmt.Errorf("journal: stream %s: %w", want.Name, err)
	}
	got := j.stream.CachedInfo().Config
	j.first, j.epoch = max(1, got.FirstSeq), o.Epoch
	if j.epoch == 0 {
		j.epoch = EpochOf(got)
	}
	j.subject = journalSubject + strconv.FormatUint(j.epoch, 10)
	return j, errors.Join(checkStream(got, want), checkWhole(j.stream.CachedInfo().State, j.first))
}

// Epoch is the journal's.
func (j *Journal) Epoch() uint64 { return j.epoch }

// First is the sequence of the first message that can be.
func (j *Journal) First() uint64 { return j.first }

// checkWhole refuses a stream that knows itself that messages are missing.
func checkWhole(s js.StreamState, first uint64) error {
	if s.Msgs == 0 || s.NumDeleted == 0 && s.FirstSeq == first && s.Msgs == s.LastSeq-s.FirstSeq+1 {
		return nil
	}
	return fmt.Errorf("%w: %d from %d to %d, %d deleted; the first was %d", events.ErrGap, s.Msgs, s.FirstSeq, s.LastSeq, s.NumDeleted, first)
}

// OpenJournal opens the journal on the embedded server.
func (s *Embedded) OpenJournal(ctx context.Context, o JournalOptions) (*Journal, error) {
	j, err := OpenJournal(ctx, s.private, o)
	if err != nil {
		return nil, err
	}
	j.server = s
	j.blocks, err = openBlocks(s.o.StoreDir, s.streamDir(accountPrivate, JournalStream))
	return j, err
}

func journalConfig(o JournalOptions) js.StreamConfig {
	return js.StreamConfig{
		Name: JournalStream, Description: "the ledger's journal: one message is one frame",
		Subjects: []string{journalSubject + ">"}, Storage: js.FileStorage, Replicas: max(1, o.Replicas),
		Metadata: map[string]string{epochName: strconv.FormatUint(max(1, o.Epoch), 10)},
		FirstSeq: o.FirstSeq, Retention: js.LimitsPolicy, Discard: js.DiscardNew,
		MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1, MaxMsgSize: -1, MaxConsumers: -1,
		Duplicates: duplicates, DenyDelete: true, DenyPurge: true,
	}
}

// checkStream refuses a stream that may lose messages, or take others.
func checkStream(got, want js.StreamConfig) error {
	switch {
	case len(got.Subjects) != 1 || got.Subjects[0] != want.Subjects[0]:
		return fmt.Errorf("stream %s takes %v, not %v", got.Name, got.Subjects, want.Subjects)
	case got.Storage != js.FileStorage || got.Retention != js.LimitsPolicy || got.PersistMode != want.PersistMode:
		return fmt.Errorf("stream %s is stored as %v, %v, %v", got.Name, got.Storage, got.Retention, got.PersistMode)
	case got.MaxMsgs > 0 || got.MaxBytes > 0 || got.MaxAge > 0 || got.MaxMsgsPerSubject > 0:
		return fmt.Errorf("stream %s has limits: it would drop messages", got.Name)
	case !got.DenyDelete || !got.DenyPurge:
		return fmt.Errorf("stream %s lets messages be deleted", got.Name)
	}
	return nil
}

// Last is the sequence of the newest message; with none, the one before the
// first.
func (j *Journal) Last(ctx context.Context) (uint64, error) {
	if err := j.server.settle(ctx); err != nil {
		return 0, fmt.Errorf("journal: %w", err)
	}
	return lastSeq(ctx, j.stream)
}

func lastSeq(ctx context.Context, stream js.Stream) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := stream.Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("end of stream: %w", err)
	}
	return info.State.LastSeq, nil
}

// MaxBytes is the largest message that Append takes.
func (j *Journal) MaxBytes() int { return int(j.nc.MaxPayload()) - headRoomBytes }
