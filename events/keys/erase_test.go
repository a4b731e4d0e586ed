package keys

import (
	"testing"
)

func TestErasedForGood(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, Options{})
	gone, kept := sealed(t, s, personOf(t)), sealed(t, s, personOf(t))
	mustOpen(t, s, stored(t, gone)) // its key is in the cache
	key := wrappedOf(t, s, gone.PersonID)
	mustOpen(t, s, gone)
	if err := s.Erase(gone.PersonID); err != nil {
		t.Fatal(err)
	}
	mustLeaveNoTrace(t, dir, key)
	mustBeErased(t, s, gone) // it was open: the text goes
	if _, ok := s.cache.get(mustID(t, gone.PersonID)); ok {
		t.Fatal("the key is still in memory")
	}
	closeStore(t, s)

	s = openStore(t, dir, Options{})
	mustBeErased(t, s, stored(t, gone))
	mustOpen(t, s, kept)
	if err := s.Rotate(NewKEK()); err != nil {
		t.Fatal(err)
	}
	mustBeErased(t, s, stored(t, gone))
	mustOpen(t, s, stored(t, kept))
}

func TestErasingAStrangerIsRemembered(t *testing.T) {
	dir := t.TempDir()
	u := sealed(t, openStore(t, t.TempDir(), Options{}), personOf(t))
	s := openStore(t, dir, Options{})
	for range 2 {
		if err := s.Erase(u.PersonID); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.index) != 1 {
		t.Fatalf("%d tombstones", len(s.index))
	}
	closeStore(t, s)
	mustBeErased(t, openStore(t, dir, Options{}), u)
}

// A key that is being unwrapped while it is erased may still reach the cache;
// it must not be used.
func TestErasureBeatsTheCache(t *testing.T) {
	s := openStore(t, t.TempDir(), Options{})
	u := sealed(t, s, personOf(t))
	id := mustID(t, u.PersonID)
	key, err := s.key(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Erase(u.PersonID); err != nil {
		t.Fatal(err)
	}
	s.cache.put(id, key)
	mustBeErased(t, s, u)
}

func TestCacheIsBounded(t *testing.T) {
	var c cache
	first := mustID(t, personOf(t))
	c.put(first, newAEAD(&[keyBytes]byte{1}))
	k, _ := c.get(first)
	for range 3 * cacheKeys {
		c.put(mustID(t, personOf(t)), k)
		if len(c.young)+len(c.old) > 2*cacheKeys {
			t.Fatalf("%d keys", len(c.young)+len(c.old))
		}
	}
	if k, _ := c.get(first); k != nil {
		t.Fatal("a key that nobody used is kept")
	}
}
