package jetstream

import (
	"fmt"
	"slices"

	"github.com/nats-io/nats-server/v2/server"
)

// accountGuests begins the names of guests' accounts.
const accountGuests = "LEDGER_GUEST_"

// room is an account of one guest's own. Nobody else is in it, so that its
// inboxes are nobody else's. Out of it lead only doors to the guest's own
// consumers: the permissions say the same, but they cover the subject of a
// request, and not its reply, where the server sends its answers with its own
// rights. From here they come to nothing.
//
// gate.mu guards it.
type room struct {
	number      string
	guest       Guest // as it came last
	account     *server.Account
	doors       map[string]bool // names of consumers
	connections []uint64        // those that ended may still be listed
}

// doors are the subjects on which a consumer is used; the first is that of
// pulling, where one request has many answers.
func doors(feed, consumer string) []string {
	return []string{
		pulling(feed, consumer),
		"$JS.API.CONSUMER.INFO." + feed + "." + consumer,
		"$JS.ACK." + feed + "." + consumer + ".>",
	}
}

func pulling(feed, consumer string) string {
	return "$JS.API.CONSUMER.MSG.NEXT." + feed + "." + consumer
}

// guestInbox is where answers to guests go.
const guestInbox = "_INBOX.>"

// take lets a connection in, with what is the guest's now.
func (r *room) take(g *gate, c server.ClientAuthentication, guest Guest) error {
	id := c.GetID()
	r.connections = slices.DeleteFunc(r.connections, func(n uint64) bool { return n == id || g.srv.GetClient(n) == nil })
	if len(r.connections) >= MaxGuestConnections {
		return errConnections
	}
	may := []string{} // what is not listed is denied; nil would be everything
	if guest.Asks {
		may = requested()
	}
	for _, consumer := range g.owned(guest) {
		if err := r.open(g, consumer); err != nil {
			return err
		}
		may = append(may, doors(g.o.Feed, consumer)...)
	}
	r.connections, r.guest = append(r.connections, id), guest
	if guest.Revoked != nil && guest.Revoked.Err() != nil {
		return errRevoked
	}
	c.GetOpts().JWT = g.limits
	c.RegisterUser(&server.User{
		Username: guest.Key, Account: r.account, ConnectionDeadline: guest.Expires,
		Permissions: &server.Permissions{
			Publish:   &server.SubjectPermission{Allow: may},
			Subscribe: &server.SubjectPermission{Allow: []string{guestInbox}},
		},
	})
	return nil
}

// open makes the doors to a consumer.
func (r *room) open(g *gate, consumer string) error {
	if r.doors[consumer] {
		return nil
	}
	feed, err := g.srv.LookupAccount(accountFeed)
	if err != nil {
		return err
	}
	to := []*server.Account{r.account}
	for i, subject := range doors(g.o.Feed, consumer) {
		answers := server.Singleton
		if i == 0 {
			answers = server.Streamed
		}
		if err := feed.AddServiceExportWithResponse(subject, answers, to); err != nil {
			return fmt.Errorf("consumer %s: %w", consumer, err)
		}
		if err := r.account.AddServiceImport(feed, subject, subject); err != nil {
			return fmt.Errorf("consumer %s: %w", consumer, err)
		}
	}
	r.doors[consumer] = true
	return nil
}

// clear ends all connections, and reports that there were any.
func (r *room) clear(srv *server.Server) (ended bool) {
	for _, id := range r.connections {
		ended = srv.DisconnectClientByID(id) == nil || ended // else it had ended by itself
	}
	r.connections = nil
	return ended
}

// pulls is how many answers to pulls the server still expects for the room.
func (r *room) pulls(g *gate, feed *server.Account) (n int) {
	for consumer := range r.doors {
		n += feed.NumPendingResponses(pulling(g.o.Feed, consumer))
	}
	return n
}
