package client

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/replay/bundle"
)

const tileHeight = 8 // of C2SP tlog-tiles

// Log is the ledger's log as a bundle is made of it: as far as the newest
// checkpoint goes. Its entries are asked for tile by tile.
func (c *Client) Log(ctx context.Context) (bundle.Log, error) {
	key, err := c.Raw(ctx, "/log/key")
	if err != nil {
		return bundle.Log{}, err
	}
	log := bundle.Log{Key: strings.TrimSpace(string(key))}
	if log.Checkpoint, err = c.Raw(ctx, "/log/checkpoint"); err != nil {
		return log, err
	}
	signed, err := audit.OpenCheckpoint(log.Checkpoint, log.Key)
	if err != nil {
		return log, err
	}
	log.Entries = c.entries(ctx, signed.Size)
	return log, nil
}

// entries are the first ones of the log.
func (c *Client) entries(ctx context.Context, size int64) iter.Seq2[events.Entry, error] {
	return func(yield func(events.Entry, error) bool) {
		for _, t := range tlog.NewTiles(tileHeight, 0, size) {
			if t.L != 0 {
				continue
			}
			t.L = bundle.EntriesLevel
			var all []events.Entry
			data, err := c.Raw(ctx, "/log/"+bundle.Name(t))
			if err == nil {
				all, err = bundle.Entries(data, t.W)
			}
			if err != nil {
				yield(nil, fmt.Errorf("%s: %w", bundle.Name(t), err))
				return
			}
			for _, b := range all {
				if !yield(b, nil) {
					return
				}
			}
		}
	}
}
