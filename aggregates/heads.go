package aggregates

import "github.com/seatledger/seatledger/aggregates/row"

// Head is the newest position of an aggregate's history.
type Head struct {
	Position uint64 `json:"position"`
}

// Heads has a row for every aggregate; scope: its id, id: its kind.
var Heads = row.Of[Head](row.Info{Tag: 'h', Name: "heads", Latest: true})

// Receipt is the remembered answer to a command with an idempotency key.
type Receipt struct {
	Request []byte `json:"request"` // hash of name and body
	Answer  []byte `json:"answer"`
}

// Receipts is filled from the frames' receipts; scope: hex of the key's hash.
var Receipts = row.Of[Receipt](row.Info{Tag: 'r', Name: "receipts", Latest: true})
