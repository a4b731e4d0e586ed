package jetstream

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// windowMessages is how many messages are on their way at most.
	windowMessages = 512
	// answeredEvery is how many messages one answer is asked for. Each names the
	// sequence that it must follow, so the last of them is stored only if all
	// are: an answer to each would cost as much as storing it.
	answeredEvery = 64
)

// window publishes many messages in order without waiting for each. One
// subscription takes all answers: a reply subject ends in the number of the
// call and the number of the message.
//
// nats.go's own PublishAsync was not taken because it may send a message
// again by itself.
type window struct {
	nc    *nats.Conn
	inbox string // ends in a dot
	calls sync.Mutex

	call    uint64
	answers chan *nats.Msg
}

func newWindow(nc *nats.Conn) (*window, error) {
	w := &window{nc: nc, inbox: nc.NewInbox() + ".", answers: make(chan *nats.Msg, 2*windowMessages)}
	if _, err := nc.ChanSubscribe(w.inbox+">", w.answers); err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	return w, nil
}

// publish sends n messages in order and returns when all are acknowledged, or
// at the first that is not.
func (w *window) publish(ctx context.Context, n int, message func(int) (*nats.Msg, error)) error {
	w.calls.Lock()
	defer w.calls.Unlock()
	w.call++
	head := w.inbox + strconv.FormatUint(w.call, 10) + "."
	sent, acked := 0, 0
	timer := time.NewTimer(callTimeout)
	defer timer.Stop()
	for acked < n {
		if sent < n && sent-acked < windowMessages {
			m, err := message(sent)
			if err != nil {
				return err
			}
			sent++
			if sent%answeredEvery == 0 || sent == n {
				m.Reply = head + strconv.Itoa(sent)
			}
			if err := w.nc.PublishMsg(m); err != nil {
				return classify(err)
			}
			continue
		}
		if err := w.await(ctx, head, timer); err != nil {
			return err
		}
		acked = min(acked+answeredEvery, n)
	}
	return nil
}

// await takes the next answer of this call.
func (w *window) await(ctx context.Context, head string, timer *time.Timer) error {
	timer.Reset(callTimeout)
	for {
		select {
		case m := <-w.answers:
			if !strings.HasPrefix(m.Subject, head) {
				continue // of a call that was given up
			}
			if len(m.Data) == 0 && m.Header.Get("Status") == "503" {
				return classify(nats.ErrNoResponders)
			}
			_, err := readAck(m.Data)
			return err
		case <-ctx.Done():
			return classify(ctx.Err())
		case <-timer.C:
			return classify(nats.ErrTimeout)
		}
	}
}
