package heal

import "context"

// Start makes a data folder fit to be served from: it finishes a healing that
// was cut short, looks, and heals. What cannot be healed is an error.
func (l *Ledger) Start(ctx context.Context) error {
	if err := l.Finish(); err != nil {
		return err
	}
	r, err := l.Look(ctx)
	if err != nil {
		return err
	}
	if err := l.Heal(ctx, r); err != nil {
		return err
	}
	return l.Resume()
}

// Repair looks, and heals unless dry. A report may come with an error: it is
// what was found, and the error says why that cannot be healed.
func (l *Ledger) Repair(ctx context.Context, dry bool) (*Report, error) {
	if dry {
		r, err := l.Look(ctx)
		if err != nil {
			return nil, err
		}
		return r, l.Try(ctx, r)
	}
	if err := l.Finish(); err != nil {
		return nil, err
	}
	r, err := l.Look(ctx)
	if err != nil {
		return nil, err
	}
	return r, l.Heal(ctx, r)
}
