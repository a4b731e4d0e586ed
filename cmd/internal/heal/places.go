package heal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/seatledger/seatledger/events/jetstream"
)

// The server keeps a consumer's place without a checksum: a flipped bit could
// make it skip messages. So the ledger keeps what it saw of each durable
// consumer in a file of its own. That may be a little behind, never ahead.

// known are the consumers as they were seen last.
type known struct {
	// Stopped: they were seen after the server had ended.
	Stopped bool              `json:"stopped"`
	Places  []jetstream.Place `json:"places"`
}

// KeepPlaces writes down where the feed's durable consumers are, if that is
// new; stopped tells that the server has ended, so that nothing follows.
func (l *Ledger) KeepPlaces(stopped bool) error {
	places, damaged, err := l.feedFolder().Places()
	if err != nil {
		return err
	}
	before, err := l.places()
	if err != nil {
		before = known{}
	}
	for _, p := range before.Places { // what is being written is read the next time
		if slices.Contains(damaged, p.Consumer) {
			places = append(places, p)
		}
	}
	if err == nil && before.Stopped == stopped && slices.EqualFunc(before.Places, places, samePlace) {
		return nil
	}
	text, err := json.Marshal(known{stopped, places})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	return replaceFile(l.in(placesFile), append(append([]byte(hex.EncodeToString(sum[:])), '\n'), text...))
}

func samePlace(a, b jetstream.Place) bool {
	return a.Consumer == b.Consumer && bytes.Equal(a.Meta, b.Meta) && bytes.Equal(a.State, b.State)
}

// places reads what was written down.
func (l *Ledger) places() (k known, err error) {
	text, err := os.ReadFile(l.in(placesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return k, err
	}
	sum, body, _ := bytes.Cut(text, []byte("\n"))
	if s := sha256.Sum256(body); hex.EncodeToString(s[:]) != string(sum) {
		return k, errors.New("the consumers' last known places are damaged")
	}
	return k, json.Unmarshal(body, &k)
}

func (l *Ledger) feedFolder() jetstream.Folder { return jetstream.FeedFolder(l.NATS, l.Feed) }

// lookAtConsumers compares the consumers with what was written down.
func (l *Ledger) lookAtConsumers(r *Report) error {
	seen, damaged, err := l.feedFolder().Places()
	if err != nil {
		return err
	}
	k, err := l.places()
	if err != nil {
		return nil // it is written anew; what stands there is all there is
	}
	var found []string
	for _, p := range k.Places {
		i := slices.IndexFunc(seen, func(s jetstream.Place) bool { return s.Consumer == p.Consumer })
		switch {
		case slices.Contains(damaged, p.Consumer):
			found = append(found, fmt.Sprintf("consumer %s cannot be read", p.Consumer))
		case i < 0:
			found = append(found, fmt.Sprintf("consumer %s is gone", p.Consumer))
		case !samePlace(seen[i], p) && k.Stopped:
			found = append(found, fmt.Sprintf("consumer %s changed while the ledger was stopped", p.Consumer))
		}
	}
	for _, name := range damaged {
		if !slices.ContainsFunc(k.Places, func(p jetstream.Place) bool { return p.Consumer == name }) {
			found = append(found, fmt.Sprintf("consumer %s, which is not durable, cannot be read", name))
		}
	}
	r.add(Consumers, remedyConsumers, found...)
	return nil
}

// restorePlaces puts the consumers back as they were written down. A damaged one
// that was not is removed: it would keep the server from the whole stream.
func (l *Ledger) restorePlaces(into jetstream.Folder) error {
	_, damaged, err := into.Places()
	if err != nil {
		return err
	}
	for _, name := range damaged {
		if err := into.DropPlace(name); err != nil {
			return err
		}
	}
	k, err := l.places()
	if err != nil {
		l.Log.Warn("the consumers stay as they are", "cause", err)
		return nil
	}
	for _, p := range k.Places {
		if err := into.PutPlace(p); err != nil {
			return err
		}
	}
	return nil
}

// Resume makes sure, before a server starts after a crash, that no consumer is
// further than it was seen to be: what it was told since then it may see again.
func (l *Ledger) Resume() error {
	k, err := l.places()
	if err != nil || k.Stopped || !l.feedFolder().Exists() {
		return nil // nothing is known that would be better
	}
	return l.restorePlaces(l.feedFolder())
}
