package jetstream

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/events"
)

// duplicates is the shortest window in which the server looks for messages
// sent twice. It is not needed: expected sequences do better.
const duplicates = 100 * time.Millisecond

// FeedOptions say which feed to open, and how to make it if there is none.
type FeedOptions struct {
	Name     string // empty: FeedStream
	Replicas int    // of a new stream; 0 is 1
}

// Feed is an [events.Feed] on a stream.
type Feed struct {
	name   string
	stream js.Stream
	window *window
	server *Embedded // nil on a cluster

	// One message is made at a time, and encoded before the next one is: its
	// header is used again. The window sees to that.
	header nats.Header
	values []string
}

var _ events.Feed = (*Feed)(nil)

// OpenFeed opens the feed on a given server or cluster.
func OpenFeed(ctx context.Context, nc *nats.Conn, o FeedOptions) (*Feed, error) {
	want := feedConfig(o)
	c, err := js.New(nc)
	if err != nil {
		return nil, fmt.Errorf("feed: %w", err)
	}
	f := &Feed{name: want.Name, header: nats.Header{}}
	f.stream, err = c.Stream(ctx, want.Name)
	if errors.Is(err, js.ErrStreamNotFound) {
		f.stream, err = c.CreateStream(ctx, want)
	}
	if err != nil {
		return nil, fmt.Errorf("feed: stream %s: %w", want.Name, err)
	}
	if err := checkStream(f.stream.CachedInfo().Config, want); err != nil {
		return nil, err
	}
	f.window, err = newWindow(nc)
	return f, err
}

// OpenFeed opens the feed on the embedded server.
func (s *Embedded) OpenFeed(ctx context.Context) (*Feed, error) {
	f, err := OpenFeed(ctx, s.feed, FeedOptions{Name: s.o.Feed})
	if err != nil {
		return nil, err
	}
	f.server = s
	return f, nil
}

func feedConfig(o FeedOptions) js.StreamConfig {
	c := js.StreamConfig{
		Name: o.Name, Description: "the ledger's events: sequence is position",
		Subjects: []string{feedSubjects}, Storage: js.FileStorage, Replicas: max(1, o.Replicas),
		Retention: js.LimitsPolicy, Discard: js.DiscardNew,
		MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1, MaxMsgSize: -1, MaxConsumers: -1,
		Duplicates: duplicates, AllowDirect: true, DenyDelete: true, DenyPurge: true,
	}
	if c.Name == "" {
		c.Name = FeedStream
	}
	if c.Replicas == 1 {
		c.PersistMode = js.AsyncPersistMode // it can be made again
	}
	return c
}

// Last is the position of the newest message, 0 when there is none.
func (f *Feed) Last(ctx context.Context) (uint64, error) {
	if err := f.server.settle(ctx); err != nil {
		return 0, fmt.Errorf("feed: %w", err)
	}
	return lastSeq(ctx, f.stream)
}

// Publish stores entries at the positions first, first+1, … Every message
// names the sequence that it must follow, so that none is stored out of order
// or twice, whatever became of an earlier call. After an error, entries that
// fit the feed's end may have been stored, or still be.
func (f *Feed) Publish(ctx context.Context, first uint64, entries []events.Entry) error {
	if err := f.server.settle(ctx); err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f.server.watch(ctx, cancel)
	err := f.window.publish(ctx, len(entries), func(i int) (*nats.Msg, error) {
		return f.message(first+uint64(i), entries[i])
	})
	if err != nil {
		f.server.doubt()
		return fmt.Errorf("feed: %w", err)
	}
	return nil
}

// message makes the feed's message of an entry. It is good until the next one
// is made.
func (f *Feed) message(position uint64, entry events.Entry) (*nats.Msg, error) {
	h, err := events.Split(entry)
	if err != nil {
		return nil, fmt.Errorf("position %d: %w", position, err)
	}
	clear(f.header)
	f.values = f.values[:0]
	for _, a := range h.Attrs {
		f.set(a.Name, a.Value)
	}
	f.set(js.ExpectedLastSeqHeader, strconv.FormatUint(position-1, 10))
	return &nats.Msg{Subject: h.Subject, Header: f.header, Data: h.Data}, nil
}

// set makes a header of one value, which stands in a list with all others.
func (f *Feed) set(name, value string) {
	n := len(f.values)
	f.values = append(f.values, value)
	f.header[name] = f.values[n : n+1 : n+1]
}

// Read yields the feed's messages up to its end as it is now, each made an
// entry again; the sequence is the position. What is missing is left out: who
// compares counts. An error ends it.
func (f *Feed) Read(ctx context.Context) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		last, err := f.Last(ctx)
		if err == nil && last > 0 {
			err = walkStream(ctx, f.stream, 1, last, func(seq, pending uint64, m js.Msg) (bool, error) {
				return yield(events.Message{Seq: seq, Data: recorded(m)}, nil) && pending > 0, nil
			})
		}
		if err != nil {
			yield(events.Message{}, err)
		}
	}
}

// recorded is the entry that a message of the feed was made of; the opposite of
// message.
func recorded(m js.Msg) events.Entry { return joined(m.Subject(), m.Headers(), m.Data()) }

func joined(subject string, header nats.Header, data []byte) events.Entry {
	h := events.Head{Subject: subject, Data: data}
	for name, values := range header {
		if strings.HasPrefix(name, attributeHead) {
			for _, v := range values {
				h.Attrs = append(h.Attrs, events.Attr{Name: name, Value: v})
			}
		}
	}
	slices.SortFunc(h.Attrs, func(a, b events.Attr) int { return strings.Compare(a.Name, b.Name) })
	return h.Join()
}

// attributeHead begins the headers that are of the event.
const attributeHead = "ce-"
