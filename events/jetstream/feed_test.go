package jetstream

import (
	"fmt"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

func openFeed(t testing.TB, s *Embedded) *Feed {
	t.Helper()
	f, err := s.OpenFeed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// entryOf is the entry of a seat given to a user.
func entryOf(t testing.TB, account, user string) events.Entry {
	return encode(t, account, &events.UserLicenseAssigned{AccountID: account, UserID: user, Product: "mitel_one"})
}

func encode(t testing.TB, account string, p events.Payload) events.Entry {
	t.Helper()
	id := ulid.Make().String()
	b, err := events.Kinds.Encode(&events.Event{
		ID: id, Time: time.Now().UTC(), Partner: "acme", AggregateID: account,
		Cause: events.Cause{Actor: `Ana "100%"`, ActorRole: "partner", CommandID: id, CommandType: "Do", CorrelationID: id, CausationID: id},
		Data:  p,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// entriesOf are entries for the positions from..to.
func entriesOf(t testing.TB, from, to int) (all []events.Entry) {
	for n := from; n <= to; n++ {
		all = append(all, entryOf(t, "contoso", fmt.Sprintf("u-%d", n)))
	}
	return all
}
