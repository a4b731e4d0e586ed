package replay

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// Exported is an item of the history, with what proves it.
type Exported struct {
	projections.Event
	// LeafHash is the entry's leaf in the transparency log (RFC 6962), in
	// base64.
	LeafHash string `json:"leaf_hash"`
}

// The formats of exports.
const (
	NDJSON  = "ndjson"  // one JSON object a line
	CSV     = "csv"     // RFC 4180, safe to open in a spreadsheet
	Parquet = "parquet" // columns, for data tools
)

// Formats lists the formats of exports.
var Formats = []string{NDJSON, CSV, Parquet}

// sink writes exported events in a format.
type sink interface {
	write(*Exported) error
	close() error
}

func newSink(format string, w io.Writer) (sink, error) {
	switch format {
	case NDJSON:
		return ndjson{w}, nil
	case CSV:
		return newCSV(w)
	case Parquet:
		return newParquet(w), nil
	}
	return nil, fmt.Errorf("there is no format %q, but %v", format, Formats)
}

// exportBytes is how much is written at once.
const exportBytes = 64 << 10

// Export writes the history, of the log alone: what the filter lets through
// and the audience may see, its personal data open only for who may see that.
// It returns how many events it wrote.
func (l *Log) Export(ctx context.Context, f projections.EventFilter, a projections.Audience, format string, w io.Writer) (n int, err error) {
	buffered := bufio.NewWriterSize(w, exportBytes)
	out, err := newSink(format, buffered)
	if err != nil {
		return 0, err
	}
	for p, err := range l.entries(ctx) {
		if err != nil {
			return n, err
		}
		if f.To > 0 && p.position > f.To {
			break
		}
		if p.position < f.From || f.Account != "" && !p.entry.Of("account", f.Account) && !p.entry.OfKind("subscription") {
			continue
		}
		v, err := l.exported(p, f, a)
		if err != nil {
			return n, err
		}
		if v == nil {
			continue
		}
		if err := out.write(v); err != nil {
			return n, err
		}
		n++
	}
	if err := out.close(); err != nil {
		return n, err
	}
	return n, buffered.Flush()
}

// exported is the item of an entry, nil where it is not wanted or not the
// audience's to see.
func (l *Log) exported(p place, f projections.EventFilter, a projections.Audience) (*Exported, error) {
	e, err := p.decode()
	if err != nil {
		return nil, err
	}
	if !a.Caller.Sees(e.Partner, projections.AccountOf(e)) || !f.Covers(e) {
		return nil, nil
	}
	if err := l.unseal(e); err != nil {
		return nil, err
	}
	v, err := projections.ShowEvent(events.Kinds, a, e)
	if err != nil {
		return nil, err
	}
	leaf := tlog.RecordHash(p.entry)
	return &Exported{*v, base64.StdEncoding.EncodeToString(leaf[:])}, nil
}

// ndjson writes one JSON object a line.
type ndjson struct{ w io.Writer }

func (s ndjson) write(v *Exported) error {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = s.w.Write(append(b, '\n'))
	}
	return err
}

func (s ndjson) close() error { return nil }
