package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// pgSeats are a cluster's seats as callers use them.
type pgSeats struct {
	*cluster
	seats *seats
	next  atomic.Uint64 // numbers commands
}

// seat makes the pools of the seats.
func (c *cluster) seat(ctx context.Context, s *seats) (*pgSeats, error) {
	err := c.exec(ctx, pgPool, s.accounts(), product, s.perAccount)
	return &pgSeats{cluster: c, seats: s}, err
}

// callers have a connection each, with both functions prepared.
func (p *pgSeats) callers(ctx context.Context, n int) ([]caller, func(), error) {
	if n > maxPGConnections-10 {
		return nil, nil, fmt.Errorf("%d callers are more connections than PostgreSQL is set up for", n)
	}
	var conns []*pgx.Conn
	hangUp := func() {
		for _, c := range conns {
			_ = c.Close(context.WithoutCancel(ctx)) // it has been measured
		}
	}
	cs := make([]caller, n)
	for i := range cs {
		conn, err := p.connect(ctx)
		if err != nil {
			hangUp()
			return nil, nil, err
		}
		conns = append(conns, conn)
		if err := prepare(ctx, conn); err != nil {
			hangUp()
			return nil, nil, err
		}
		cs[i] = p.caller(conn, p.seats.share(i, n))
	}
	return cs, hangUp, nil
}

func prepare(ctx context.Context, conn *pgx.Conn) error {
	for name, sql := range map[string]string{"assign": pgAssign, "unassign": pgUnassign} {
		if _, err := conn.Prepare(ctx, name, sql); err != nil {
			return err
		}
	}
	return nil
}

var errUnchanged = errors.New("a command changed nothing; its figure would say too much")

func (p *pgSeats) caller(conn *pgx.Conn, mine *share) caller {
	return func(ctx context.Context) error {
		s := mine.pick()
		name := "assign"
		if s.taken {
			name = "unassign"
		}
		var at int64
		err := conn.QueryRow(ctx, name, s.account, s.user, product, actor, strconv.FormatUint(p.next.Add(1), 36)).Scan(&at)
		if err != nil {
			return err
		}
		if at == 0 {
			return errUnchanged
		}
		s.taken = !s.taken
		return nil
	}
}

// settle writes what is only in memory to the disk, which it would do beside
// what is measured next.
func (p *pgSeats) settle(ctx context.Context) error { return p.exec(ctx, "CHECKPOINT") }
