package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/events"
)

// Append stores one message behind the message numbered last. See
// [events.Journal] for its errors.
func (j *Journal) Append(ctx context.Context, last uint64, data []byte) (uint64, error) {
	if len(data) > j.MaxBytes() {
		return 0, fmt.Errorf("%w: %d bytes are more than %d", events.ErrNotWritten, len(data), j.MaxBytes())
	}
	if err := j.server.settle(ctx); err != nil {
		return 0, fmt.Errorf("%w: %w", events.ErrNotWritten, err)
	}
	m := &nats.Msg{Subject: j.subject, Data: data, Header: nats.Header{
		js.ExpectedLastSeqHeader: {strconv.FormatUint(last, 10)},
		js.ExpectedStreamHeader:  {JournalStream},
	}}
	seq, err := j.publish(ctx, m)
	if err == nil {
		err = j.blocks.sync()
		if err != nil {
			err = fmt.Errorf("%w: %w", events.ErrUnanswered, err)
		}
	}
	if err != nil {
		if !errors.Is(err, events.ErrConflict) {
			j.server.doubt()
		}
		return 0, err
	}
	return seq, nil
}

// publish sends once, and waits for the answer as long as one can come.
func (j *Journal) publish(ctx context.Context, m *nats.Msg) (uint64, error) {
	if !j.nc.IsConnected() {
		return 0, fmt.Errorf("%w: %w", events.ErrNotWritten, nats.ErrDisconnected)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	j.server.watch(ctx, cancel)
	answer, err := j.nc.RequestMsgWithContext(ctx, m)
	if err != nil {
		return 0, classify(err)
	}
	return readAck(answer.Data)
}

// classify tells errors of sending, after which nothing can have been stored,
// from all others.
func classify(err error) error {
	for _, sure := range []error{nats.ErrNoResponders, nats.ErrReconnectBufExceeded, nats.ErrMaxPayload, nats.ErrBadSubject} {
		if errors.Is(err, sure) {
			return fmt.Errorf("%w: %w", events.ErrNotWritten, err)
		}
	}
	return fmt.Errorf("%w: %w", events.ErrUnanswered, err)
}

// Error codes of JetStream that nats.go does not name.
const (
	codeInsufficientResources = 10023
	codeStorageExceeded       = 10047
	codeOtherStream           = 10060
)

// readAck reads the server's answer to a published message.
func readAck(data []byte) (uint64, error) {
	var ack struct {
		Error *js.APIError `json:"error"`
		Seq   uint64       `json:"seq"`
	}
	if err := json.Unmarshal(data, &ack); err != nil {
		return 0, fmt.Errorf("%w: %w", events.ErrUnanswered, err)
	}
	if ack.Error == nil {
		if ack.Seq == 0 {
			return 0, fmt.Errorf("%w: answer without a sequence", events.ErrUnanswered)
		}
		return ack.Seq, nil
	}
	class := events.ErrUnanswered
	switch ack.Error.ErrorCode {
	case js.JSErrCodeStreamWrongLastSequence, js.JSErrCodeStreamWrongLastSequenceConstant:
		class = events.ErrConflict
	case codeInsufficientResources, codeStorageExceeded, codeOtherStream, js.JSErrCodeStreamNotFound,
		js.JSErrCodeJetStreamNotEnabled, js.JSErrCodeJetStreamNotEnabledForAccount, js.JSErrCodeStreamMessageExceedsMaximum:
		class = events.ErrNotWritten
	}
	return 0, fmt.Errorf("%w: %w", class, ack.Error)
}
