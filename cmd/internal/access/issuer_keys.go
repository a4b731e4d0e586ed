package access

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Limits of fetching keys.
const (
	// keyPatience is how long a token with an unknown key waits for news.
	keyPatience = 2 * time.Second
	// keysPause is the least time between two fetches that tokens ask for: who
	// makes up keys must not make us ask all the time.
	keysPause = 10 * time.Second
)

var (
	errNoKeys     = errors.New("the issuer's keys are not at hand")
	errKeyUnknown = errors.New("the issuer has no such key")
	errParts      = errors.New("one signature is needed, with the id of its key")
)

// keySet holds the issuer's keys as they were fetched last.
type keySet struct {
	now   func() time.Time
	asked chan struct{} // a fetch is wanted

	mu      sync.Mutex
	keys    map[string]jose.JSONWebKey
	fetched time.Time     // when; zero: never
	tried   time.Time     // when a fetch was asked for, or made
	number  uint64        // of the fetch that brought something else
	news    chan struct{} // closed by the next fetch
}

// usable reports errNoKeys while there are none, or they are too old.
func (s *keySet) usable() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetched.IsZero() || s.now().Sub(s.fetched) > keysStale {
		return errNoKeys
	}
	return nil
}

// generation counts the changes of the keys.
func (s *keySet) generation() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number
}

// replace takes what was fetched; keys that are not in it are forgotten.
func (s *keySet) replace(keys []jose.JSONWebKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	byID := make(map[string]jose.JSONWebKey, len(keys))
	for _, k := range keys {
		if k.Use != "enc" && k.Valid() && k.IsPublic() {
			byID[k.KeyID] = k
		}
	}
	s.keys, s.fetched, s.tried = byID, s.now(), s.now()
	s.number++
	s.tell()
}

// tell wakes those who wait for news. s.mu is held.
func (s *keySet) tell() {
	if s.news != nil {
		close(s.news)
		s.news = nil
	}
}

// nothing is news too: those who wait need not wait on.
func (s *keySet) nothing() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried = s.now()
	s.tell()
}

func (s *keySet) find(id string) (jose.JSONWebKey, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.keys[id]
	return k, ok
}

// ask wants a fetch, unless one was just made; nil: it is no use to wait.
func (s *keySet) ask() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.news != nil {
		return s.news // it is under way
	}
	if s.now().Sub(s.tried) < keysPause {
		return nil
	}
	s.tried, s.news = s.now(), make(chan struct{})
	select {
	case s.asked <- struct{}{}:
	default:
	}
	return s.news
}

// VerifySignature verifies a token with the key that it names, of which there
// may be news, and returns what it says.
func (s *keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, signatures)
	if err != nil {
		return nil, err
	}
	if len(signed.Signatures) != 1 {
		return nil, errParts
	}
	id := signed.Signatures[0].Protected.KeyID
	if s.usable() != nil {
		return nil, errNoKeys
	}
	k, ok := s.find(id)
	if !ok {
		if k, ok = s.await(ctx, id); !ok {
			return nil, errKeyUnknown
		}
	}
	if k.Algorithm != "" && k.Algorithm != signed.Signatures[0].Protected.Algorithm {
		return nil, errKeyUnknown
	}
	return signed.Verify(k)
}

// await looks for a key that may be new.
func (s *keySet) await(ctx context.Context, id string) (jose.JSONWebKey, bool) {
	news := s.ask()
	if news == nil {
		return jose.JSONWebKey{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, keyPatience)
	defer cancel()
	select {
	case <-news:
	case <-ctx.Done():
	}
	return s.find(id)
}

// signatures are the algorithms, as the library that verifies names them.
var signatures = func() (all []jose.SignatureAlgorithm) {
	for _, a := range algorithms {
		all = append(all, jose.SignatureAlgorithm(a))
	}
	return all
}()
