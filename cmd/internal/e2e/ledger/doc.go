// Package ledger builds, starts, stops and kills the real binary, and speaks
// to it as an outside client would: plain net/http and JSON, none of the
// project's own types.
package ledger
