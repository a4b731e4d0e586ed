package keys

import (
	"crypto/cipher"
	"sync"

	"github.com/oklog/ulid/v2"
)

// cacheKeys bounds each of the cache's two generations. A key ready for use
// takes about 1 KB, so the cache takes at most about 16 MB.
const cacheKeys = 8 << 10

// cache holds unwrapped keys that were used lately: those used since the young
// generation began, and those of the generation before it. That is nearly what
// a list of recent use gives, with nothing to move on a hit.
type cache struct {
	mu         sync.RWMutex
	young, old map[ulid.ULID]cipher.AEAD
}

func (c *cache) get(id ulid.ULID) (cipher.AEAD, bool) {
	c.mu.RLock()
	k, young := c.young[id]
	if !young {
		k = c.old[id]
	}
	c.mu.RUnlock()
	return k, young
}

func (c *cache) put(id ulid.ULID, k cipher.AEAD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.young == nil || len(c.young) >= cacheKeys {
		c.old, c.young = c.young, make(map[ulid.ULID]cipher.AEAD)
	}
	c.young[id] = k
}

func (c *cache) drop(ids ...ulid.ULID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		delete(c.young, id)
		delete(c.old, id)
	}
}

func (c *cache) clear() {
	c.mu.Lock()
	c.young, c.old = nil, nil
	c.mu.Unlock()
}
