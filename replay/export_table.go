package replay

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/seatledger/seatledger/events"
)

// exportRow is an exported event as a row of a table: the columns of CSV and
// Parquet, in this order. Data is its JSON text.
type exportRow struct {
	Position        uint64    `parquet:"position"`
	ID              string    `parquet:"id"`
	Type            string    `parquet:"type,dict"`
	Version         int32     `parquet:"version"`
	RecordedVersion int32     `parquet:"recorded_version"`
	Time            time.Time `parquet:"time,timestamp(microsecond)"`
	PartnerID       string    `parquet:"partner_id,dict"`
	Aggregate       string    `parquet:"aggregate,dict"`
	AggregateID     string    `parquet:"aggregate_id,dict"`
	Actor           string    `parquet:"actor,dict"`
	ActorRole       string    `parquet:"actor_role,dict"`
	CommandID       string    `parquet:"command_id"`
	CommandType     string    `parquet:"command_type,dict"`
	CorrelationID   string    `parquet:"correlation_id"`
	CausationID     string    `parquet:"causation_id"`
	Data            string    `parquet:"data,json"`
	LeafHash        string    `parquet:"leaf_hash"`
}

func rowOf(v *Exported) exportRow {
	recorded := v.RecordedVersion
	if recorded == 0 {
		recorded = v.Version
	}
	return exportRow{
		Position: v.Position, ID: v.ID, Type: v.Type, Version: int32(v.Version), RecordedVersion: int32(recorded), Time: v.Time,
		PartnerID: v.PartnerID, Aggregate: v.Aggregate, AggregateID: v.AggregateID, Actor: v.Actor, ActorRole: v.ActorRole,
		CommandID: v.CommandID, CommandType: v.CommandType, CorrelationID: v.CorrelationID, CausationID: v.CausationID,
		Data: string(v.Data), LeafHash: v.LeafHash,
	}
}

// columns are the heads of the table.
var columns = strings.Fields("position id type version recorded_version time partner_id aggregate aggregate_id actor actor_role " +
	"command_id command_type correlation_id causation_id data leaf_hash")

// cells are the row as texts, under columns.
func (r *exportRow) cells() []string {
	return []string{
		strconv.FormatUint(r.Position, 10), r.ID, r.Type, strconv.Itoa(int(r.Version)), strconv.Itoa(int(r.RecordedVersion)),
		r.Time.UTC().Format(events.TimeLayout), r.PartnerID, r.Aggregate, r.AggregateID, r.Actor, r.ActorRole,
		r.CommandID, r.CommandType, r.CorrelationID, r.CausationID, r.Data, r.LeafHash,
	}
}

// table writes comma-separated values.
type table struct{ w *csv.Writer }

func newCSV(w io.Writer) (*table, error) {
	t := &table{csv.NewWriter(w)}
	t.w.UseCRLF = true
	return t, t.w.Write(columns)
}

func (t *table) write(v *Exported) error {
	r := rowOf(v)
	cells := r.cells()
	for i, c := range cells {
		cells[i] = harmless(c)
	}
	return t.w.Write(cells)
}

func (t *table) close() error {
	t.w.Flush()
	return t.w.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula: an apostrophe
// goes before it, which a spreadsheet does not show.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// rowGroup is how many rows Parquet keeps together, in memory until written.
const rowGroup = 32 << 10

// columnar writes Parquet.
type columnar struct {
	w    *parquet.GenericWriter[exportRow]
	rows int
}

func newParquet(w io.Writer) *columnar {
	return &columnar{w: parquet.NewGenericWriter[exportRow](w, parquet.Compression(&parquet.Zstd))}
}

func (c *columnar) write(v *Exported) error {
	if _, err := c.w.Write([]exportRow{rowOf(v)}); err != nil {
		return err
	}
	if c.rows++; c.rows%rowGroup == 0 {
		return c.w.Flush()
	}
	return nil
}

func (c *columnar) close() error { return c.w.Close() }
