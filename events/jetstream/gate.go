package jetstream

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

// Limits of guests.
const (
	// MaxGuestConnections is how many connections one guest may have.
	MaxGuestConnections = 16
	// MaxGuestPayloadBytes is the largest message that a guest may send: a
	// command of the largest size, and headers.
	MaxGuestPayloadBytes = 1<<20 + 64<<10
	// MaxGuestSubscriptions is how many subscriptions a connection may have.
	MaxGuestSubscriptions = 256
	// maxAnswers is how many pulls of one guest the server remembers whom to
	// answer, some 350 bytes each. It forgets one that is over only minutes
	// later, so that who asks without rest would fill its memory.
	maxAnswers = 50_000
	// calmPause is between two looks at that.
	calmPause = time.Second
	// noticePause is how long clients get to notice that a connection is over.
	noticePause = 150 * time.Millisecond
	// maxRooms is how many rooms one server makes. They last as long as it, and
	// take about 20 KiB each.
	maxRooms = 4096
)

// Guest is who comes in over the network with good credentials.
type Guest struct {
	// Key tells the holders of credentials apart. It is no secret: the log
	// may name it.
	Key string
	// Role, Partner and Account are what the credentials are good for: an
	// issuer may give the same holder others later. Consumers made for another
	// partner or account are not the guest's.
	Role, Partner, Account string
	// Revoked ends when the credentials are revoked; nil: they never are.
	Revoked context.Context
	// Expires is when they end by themselves; zero: never.
	Expires time.Time
	// Asks: the guest may make requests of the ledger's own service.
	Asks bool
	// Pass is what Options.Admit wants to hear again with the guest's requests.
	Pass any
}

// gate says who comes in, outside --dev: the ledger itself within the process,
// and from the network who Options.Admit knows. It belongs to one server; a
// new server gets a new one.
type gate struct {
	o      Options
	keys   keys
	limits string // of a guest's connection; see guestLimits
	owned  func(Guest) []string
	srv    *server.Server // set before the server takes connections

	mu      sync.Mutex
	rooms   map[string]*room // by Guest.room
	made    int
	answers int // maxAnswers
}

func newGate(o Options, k keys, owned func(Guest) []string) (*gate, error) {
	limits, err := guestLimits()
	return &gate{o: o, keys: k, limits: limits, owned: owned, rooms: map[string]*room{}, answers: maxAnswers}, err
}

// guestLimits are the limits of a guest's connection, as the server takes
// them: from a user's claims. It believes what stands there once the gate has
// let the connection in, whoever signed it; it never looks at those that a
// client sends.
func guestLimits() (string, error) {
	user, err := nkeys.CreateUser()
	if err != nil {
		return "", err
	}
	issuer, err := nkeys.CreateAccount()
	if err != nil {
		return "", err
	}
	id, err := user.PublicKey()
	if err != nil {
		return "", err
	}
	c := jwt.NewUserClaims(id)
	c.Limits.Payload, c.Limits.Subs = MaxGuestPayloadBytes, MaxGuestSubscriptions
	return c.Encode(issuer)
}

var (
	errNoGuests     = errors.New("no network clients are let in")
	errRevoked      = errors.New("the credentials were revoked")
	errConnections  = fmt.Errorf("%d connections are open with these credentials, which is all that may be", MaxGuestConnections)
	errTooManyRooms = fmt.Errorf("%d different guests have come since the start, which is all that may", maxRooms)
)

// Check lets a connection in, or not. A client may ask again on the same
// connection, with other credentials.
func (g *gate) Check(c server.ClientAuthentication) bool {
	if c.Kind() != server.CLIENT {
		return false
	}
	remote := c.RemoteAddress()
	if remote == nil {
		return false
	}
	if remote.Network() == "pipe" {
		return g.own(c)
	}
	err := g.admit(c, remote.String())
	if err != nil {
		c.GetOpts().Username = "" // it might be a token, and would be logged
		g.o.Log.Debug("a network client is not let in", "address", remote.String(), "cause", err)
	}
	return err == nil
}

// own lets the ledger's connections in, within the process.
func (g *gate) own(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	sig, err := base64.RawURLEncoding.DecodeString(o.Sig)
	if err != nil {
		return false
	}
	for user, pair := range g.keys {
		if g.keys.public(user) != o.Nkey || pair.Verify(c.GetNonce(), sig) != nil {
			continue
		}
		account, err := g.srv.LookupAccount(user)
		if err != nil {
			return false
		}
		c.RegisterUser(&server.User{Account: account})
		return true
	}
	return false
}

// admit lets a guest in. A token stands where NATS has one, or in the place
// of the password.
func (g *gate) admit(c server.ClientAuthentication, remote string) error {
	if g.o.Admit == nil {
		return errNoGuests
	}
	o := c.GetOpts()
	secret := o.Token
	if secret == "" {
		secret = o.Password
	}
	guest, err := g.o.Admit(remote, secret)
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	r, err := g.room(guest)
	if err != nil {
		return err
	}
	return r.take(g, c, guest)
}

// room is the name of the guest's room.
func (g *Guest) room() string {
	return strings.Join([]string{g.Key, g.Role, g.Partner, g.Account}, "\n")
}

// room is the guest's, made if need be. The caller holds mu.
func (g *gate) room(guest Guest) (*room, error) {
	name := guest.room()
	if r := g.rooms[name]; r != nil {
		return r, nil
	}
	if g.made == maxRooms {
		return nil, errTooManyRooms
	}
	g.made++
	account, err := g.srv.RegisterAccount(fmt.Sprintf("%s%d", accountGuests, g.made))
	if err != nil {
		return nil, err
	}
	r := &room{number: strconv.Itoa(g.made), guest: guest, account: account, doors: map[string]bool{}}
	if guest.Asks {
		if err := r.serve(g.srv); err != nil {
			return nil, err
		}
	}
	g.rooms[name] = r
	if guest.Revoked != nil {
		context.AfterFunc(guest.Revoked, func() { g.close(name, r) })
	}
	return r, nil
}

// close ends a room, and all connections in it.
func (g *gate) close(name string, r *room) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rooms[name] == r {
		delete(g.rooms, name)
	}
	r.clear(g.srv)
}

// again ends the guest's connections, so that they come back and have what is
// theirs by then, and returns when they will have noticed: what is sent on a
// connection that is over is lost. (The server reads a connection's permissions
// without a lock, so they cannot be changed under it.)
func (g *gate) again(ctx context.Context, key string) {
	g.mu.Lock()
	ended := false
	for _, r := range g.rooms {
		if r.guest.Key == key {
			ended = r.clear(g.srv) || ended
		}
	}
	g.mu.Unlock()
	if !ended {
		return
	}
	select {
	case <-time.After(noticePause):
	case <-ctx.Done():
	}
}

// bar makes sure that no room but the owner's leads to a consumer. One that
// had a consumer of that name before is given up: doors cannot be taken out.
func (g *gate) bar(consumer, owner string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for name, r := range g.rooms {
		if r.guest.Key != owner && r.doors[consumer] {
			delete(g.rooms, name)
			r.clear(g.srv)
		}
	}
}

// watch sends guests away who ask without rest, for as long as the server runs.
func (g *gate) watch() {
	feed, err := g.srv.LookupAccount(accountFeed)
	if err != nil {
		g.o.Log.Error("guests are not watched", "cause", err)
		return
	}
	for g.srv.Running() {
		time.Sleep(calmPause)
		g.calm(feed)
	}
}

func (g *gate) calm(feed *server.Account) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if feed.NumPendingAllResponses() <= g.answers {
		return
	}
	for _, r := range g.rooms {
		if len(r.connections) == 0 {
			continue
		}
		if n := r.pulls(g, feed); n > g.answers {
			g.o.Log.Warn("a consumer asks without rest; its connections are ended", "guest", r.guest.Key, "requests", n)
			r.clear(g.srv)
		}
	}
}
