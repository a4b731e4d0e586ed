// Package bench measures the ledger, and beside it, in the same run and on the
// same disk, what else a user could have built.
//
// A machine's speed changes from hour to hour, so a figure alone says little.
// Each one therefore stands beside a yardstick, measured in turns with it:
//
//   - W, a bare write-ahead log: the bytes of the same events, appended and
//     fdatasynced, all that wait together at a time. Nothing that answers
//     durably on this disk can be much faster.
//   - P, PostgreSQL as a careful user would set it up for licences: a fresh
//     cluster, commits synchronous, the whole transaction in one function.
//
// What is judged is the ratio: of each run the ledger's rate over the
// yardstick's, and of these the median. No figure is printed that was not
// measured in the same run; what could not be measured is said to be missing.
//
// The ledger that is measured is the whole node: real files, the embedded
// server with its fsync before every acknowledgement, views and feed behind
// it. Load is a closed loop: each caller sends its next command when it has
// the answer to the last one, and every command changes something.
//
// [Benchmarks] is the table of what is measured, one row an id.
package bench
