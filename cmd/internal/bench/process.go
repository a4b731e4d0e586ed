package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// process is the ledger as people run it: a process of its own, spoken to over
// HTTP on connections that are kept.
type process struct {
	*ledger.Process
	wires *wires
}

// startProcess runs this program as serve --dev, and waits until it is ready.
func startProcess(_ context.Context, dir string) (Ledger, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p, err := ledger.Start(program, dir)
	if err != nil {
		return nil, err
	}
	if err := p.Ready(); err != nil {
		p.Kill()
		return nil, err
	}
	return &process{p, &wires{address: p.HTTP}}, nil
}

// Prepare makes the bytes of the request.
func (p *process) Prepare(name string, body map[string]any) (Send, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request := post("/v1/commands/"+name, text)
	return func(context.Context) (uint64, error) {
		answer, err := p.wires.exchange(request)
		if err != nil {
			return 0, err
		}
		var at struct {
			Position uint64 `json:"position"`
		}
		return at.Position, json.Unmarshal(answer, &at)
	}, nil
}

// Wait asks a query that needs the position, and again when the ledger has
// given up waiting for it.
func (p *process) Wait(ctx context.Context, position uint64) error {
	query := get(fmt.Sprintf("/v1/partners?limit=1&min_position=%d", position))
	for {
		_, err := p.wires.exchange(query)
		var r *refusal
		if !errors.As(err, &r) || r.status != http.StatusServiceUnavailable {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Durability is that of a node.
func (p *process) Durability() string { return durability }

// Close stops the process, as an operator would.
func (p *process) Close() error {
	p.wires.close()
	code, err := p.Stop()
	if err == nil && code != 0 {
		err = fmt.Errorf("the ledger ended with status %d:\n%s", code, p.Log())
	}
	return err
}

// Wires are its connections, for queries.
func (p *process) Wires() *wires { return p.wires }
