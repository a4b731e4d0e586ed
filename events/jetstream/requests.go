package jetstream

import (
	"strings"

	"github.com/nats-io/nats-server/v2/server"
)

// Subjects on which requests are made of the ledger's own service, as network
// clients know them.
const (
	CommandRequests = requestHead + "commands.*"
	QueryRequests   = requestHead + "queries.>"

	requestHead = "seatledger."
	roomHead    = requestHead + "guest."
)

// serviceRequests are those of NATS's own protocol for services.
var serviceRequests = []string{"$SRV.*", "$SRV.*.seatledger", "$SRV.*.seatledger.*"}

// RequestsOf is the subject on which a guest's requests reach the ledger: with
// the guest's room in it, "*" for any.
func RequestsOf(room, requests string) string {
	return roomHead + room + "." + strings.TrimPrefix(requests, requestHead)
}

// RoomOf takes such a subject apart: the room, and the subject as the guest
// sent it.
func RoomOf(subject string) (room, sent string) {
	room, rest, _ := strings.Cut(strings.TrimPrefix(subject, roomHead), ".")
	return room, requestHead + rest
}

// GuestIn is the guest of a room, false if there is none any more.
func (s *Embedded) GuestIn(number string) (Guest, bool) {
	g := s.guests()
	if g == nil {
		return Guest{}, false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.rooms {
		if r.number == number {
			return r.guest, r.guest.Revoked == nil || r.guest.Revoked.Err() == nil
		}
	}
	return Guest{}, false
}

// serve makes the room's doors to the ledger's own service.
func (r *room) serve(srv *server.Server) error {
	clients, err := srv.LookupAccount(accountClients)
	if err != nil {
		return err
	}
	to := []*server.Account{r.account}
	ways := map[string]string{
		CommandRequests: RequestsOf(r.number, CommandRequests), QueryRequests: RequestsOf(r.number, QueryRequests),
	}
	for _, subject := range serviceRequests {
		ways[subject] = subject
	}
	for from, subject := range ways {
		if err := clients.AddServiceExport(subject, to); err != nil {
			return err
		}
		if err := r.account.AddServiceImport(clients, from, subject); err != nil {
			return err
		}
	}
	return nil
}

// requested are the subjects of the service that a guest may publish on.
func requested() []string {
	return append([]string{CommandRequests, QueryRequests}, serviceRequests...)
}
