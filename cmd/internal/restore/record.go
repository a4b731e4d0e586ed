package restore

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/datadir"
	"github.com/seatledger/seatledger/cmd/internal/trail"
)

// record keeps among the node's operations what was done to its folder.
func record(ctx context.Context, dir string, kind trail.Kind, detail trail.Detail) error {
	o, err := trail.OpenOperations(filepath.Join(dir, datadir.Operations), time.Now)
	if err != nil {
		return err
	}
	return errors.Join(o.Record(ctx, kind, detail), o.Close())
}

// detail says in words what was made.
func (o *Outcome) detail() trail.Detail {
	d := trail.Detail{"origin": o.Origin, "kept": strconv.FormatUint(o.Kept, 10), "erased": strconv.Itoa(o.Erased), "lost_keys": strconv.Itoa(o.Lost)}
	if o.OldOrigin != "" {
		d["old_origin"], d["reason"] = o.OldOrigin, o.Reason
	}
	return d
}
