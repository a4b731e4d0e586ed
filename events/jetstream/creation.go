package jetstream

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
)

// creation carries the requests for consumers from the clients' account to
// the feed's, after a look at where the consumer would deliver.
type creation struct {
	feed *nats.Conn
	made func() // nil if nobody wants to know
	subs []*nats.Subscription
}

// deliverHead begins the only subjects that a consumer may deliver to.
const deliverHead = "_INBOX."

// refusal is an answer of JetStream's API, with an error.
type refusal struct {
	Type  string `json:"type"`
	Error struct {
		Code        int    `json:"code"`
		ErrCode     int    `json:"err_code"`
		Description string `json:"description"`
	} `json:"error"`
}

func guardCreation(clients, feed *nats.Conn, o Options) (*creation, error) {
	c := &creation{feed: feed, made: o.Made}
	for _, subject := range creations(o.Feed) {
		sub, err := clients.Subscribe(subject, c.carry)
		if err != nil {
			return nil, fmt.Errorf("requests for consumers: %w", err)
		}
		c.subs = append(c.subs, sub)
	}
	return c, clients.Flush()
}

// carry answers one request. A client without an answer asks again, so that
// an answer that cannot be sent needs nothing more.
func (c *creation) carry(m *nats.Msg) {
	if err := checkDelivery(m.Data); err != nil {
		_ = m.Respond(refuse(err))
		return
	}
	answer, err := c.feed.RequestMsg(&nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Data}, callTimeout)
	if err != nil {
		_ = m.Respond(refuse(err))
		return
	}
	if c.made != nil {
		c.made()
	}
	_ = m.RespondMsg(&nats.Msg{Header: answer.Header, Data: answer.Data})
}

// checkDelivery refuses consumers that deliver, or have their samples or
// resets sent, to anything but an inbox.
func checkDelivery(body []byte) error {
	var request struct {
		Config struct {
			DeliverSubject string `json:"deliver_subject"`
		} `json:"config"`
	}
	// encoding/json matches names in any case and takes the last of several,
	// as the server does.
	if err := json.Unmarshal(body, &request); err != nil {
		return fmt.Errorf("not a request for a consumer: %w", err)
	}
	if to := request.Config.DeliverSubject; to != "" && !strings.HasPrefix(to, deliverHead) {
		return fmt.Errorf("consumers of the feed deliver to %s only", deliverHead+">")
	}
	return nil
}

func refuse(err error) []byte {
	var r refusal
	r.Type = "io.nats.jetstream.api.v1.consumer_create_response"
	r.Error.Code, r.Error.ErrCode, r.Error.Description = 400, 10012, err.Error()
	b, _ := json.Marshal(r) // strings and numbers only
	return b
}
