package jetstream

import (
	"fmt"
	"strings"

	"github.com/nats-io/nkeys"
)

// Accounts of the embedded server. What stands in one cannot be reached from
// another but by what is exported.
//
// The obvious way, clients in the feed's own account with publishing to
// "ledger.>" denied, does not keep them from writing: a permission covers the
// subject of a request, not its reply, and the server publishes its answers
// with its own rights. A client that asks for stream information with the
// reply subject "ledger.x" would store the answer in the feed. So clients have
// an account of their own, without any stream; requests are carried over to
// the feed's account one by one, and replies come back here, where no stream
// listens. A push consumer still delivers within the feed's account, to
// whatever subject its creation named: consumers are therefore created by way
// of the ledger, which looks at that (see creation.go).
//
// That is for --dev. Who comes with a token is in an account of its own, out
// of which even less leads (see room.go).
const (
	accountPrivate = "LEDGER_PRIVATE" // journal, keys, lease
	accountFeed    = "LEDGER_FEED"
	accountClients = "LEDGER_CLIENTS"

	userDev = "dev"
	// inboxHead begins the reply subjects of the ledger's own connections.
	// Others deliver to _INBOX only.
	inboxHead = "_LEDGER_INBOX."
)

// keys are the ledger's own on its own server: new at every start, never
// stored, good for connections within the process only.
type keys map[string]nkeys.KeyPair

func newKeys() (keys, error) {
	k := keys{}
	for _, user := range []string{accountPrivate, accountFeed, accountClients, userDev} {
		pair, err := nkeys.CreateUser()
		if err != nil {
			return nil, fmt.Errorf("nats keys: %w", err)
		}
		k[user] = pair
	}
	return k, nil
}

// public is the name by which the server knows a user.
func (k keys) public(user string) string {
	id, _ := k[user].PublicKey() // cannot be refused of a pair just made
	return id
}

// carried lists the requests that reach the feed's account: subjects, and
// whether the answer is a stream of messages.
func carried(feed string) map[string]bool {
	all := map[string]bool{
		"$JS.API.INFO":         false,
		"$JS.API.STREAM.NAMES": false, "$JS.API.STREAM.LIST": false,
		"$JS.ACK." + feed + ".>": false, "$JS.FC." + feed + ".>": false,
		"$JS.API.DIRECT.GET." + feed: true, "$JS.API.DIRECT.GET." + feed + ".>": true,
		"$JS.API.CONSUMER.MSG.NEXT." + feed + ".*": true,
	}
	for _, request := range []string{
		"STREAM.INFO.%s", "STREAM.MSG.GET.%s", "CONSUMER.NAMES.%s", "CONSUMER.LIST.%s",
		"CONSUMER.INFO.%s.*", "CONSUMER.DELETE.%s.*", "CONSUMER.UNPIN.%s.*", "CONSUMER.PAUSE.%s.*",
	} {
		all["$JS.API."+fmt.Sprintf(request, feed)] = false
	}
	return all
}

// creations are the subjects on which consumers are asked for.
func creations(feed string) []string {
	return []string{
		"$JS.API.CONSUMER.CREATE." + feed, "$JS.API.CONSUMER.CREATE." + feed + ".>",
		"$JS.API.CONSUMER.DURABLE.CREATE." + feed + ".*",
	}
}

// served are the subjects of the ledger's own services for network clients.
var served = []string{"seatledger.>", "$SRV.>"}

// accountsConfig is the part of the server's configuration about accounts.
func accountsConfig(o Options, k keys) string {
	var exports, imports []string
	requests := append([]string(nil), served...)
	for subject, streamed := range carried(o.Feed) {
		response := "singleton"
		if streamed {
			response = "stream"
		}
		exports = append(exports, fmt.Sprintf("{service: %q, response: %s, accounts: [%s]}", subject, response, accountClients))
		imports = append(imports, fmt.Sprintf("{service: {account: %s, subject: %q}}", accountFeed, subject))
		requests = append(requests, subject)
	}
	exports = append(exports, fmt.Sprintf(`{stream: "_INBOX.>", accounts: [%s]}`, accountClients))
	imports = append(imports, fmt.Sprintf(`{stream: {account: %s, subject: "_INBOX.>"}}`, accountFeed))
	requests = append(requests, creations(o.Feed)...)

	own := func(account string) string {
		return fmt.Sprintf("{nkey: %q, allowed_connection_types: [IN_PROCESS]}", k.public(account))
	}
	clients := own(accountClients)
	if o.Dev {
		clients += fmt.Sprintf(`, {nkey: %q, permissions: {publish: {allow: [%s]}, subscribe: {deny: ["$JS.API.>", "$SRV.>", "seatledger.>", %q]}}}`,
			k.public(userDev), quoted(requests), inboxHead+">")
	}
	config := fmt.Sprintf("accounts {\n %s {jetstream: enabled, users: [%s]}\n", accountPrivate, own(accountPrivate))
	config += fmt.Sprintf(" %s {jetstream: enabled, users: [%s], exports: [\n%s]}\n", accountFeed, own(accountFeed), strings.Join(exports, "\n"))
	config += fmt.Sprintf(" %s {users: [%s], imports: [\n%s]}\n}\n", accountClients, clients, strings.Join(imports, "\n"))
	if o.Dev {
		config += "no_auth_user: " + k.public(userDev) + "\n"
	}
	return config
}

func quoted(all []string) string {
	q := make([]string, len(all))
	for i, s := range all {
		q[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(q, ", ")
}
