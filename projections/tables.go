package projections

import (
	"fmt"

	"github.com/seatledger/seatledger/aggregates/row"
)

// checkTables reports tables that would share keys.
func checkTables(tables []*row.Info) error {
	names := map[byte]string{}
	for _, t := range tables {
		if other, ok := names[t.Tag]; ok {
			return fmt.Errorf("the tables %s and %s have one tag %q", other, t.Name, t.Tag)
		}
		names[t.Tag] = t.Name
	}
	return nil
}
