// Package e2e holds no code, only tests: of the built binary, from outside.
//
// Each test starts "seatledger serve --dev" over a folder of its own, speaks
// HTTP and NATS to it, stops or kills it, and starts it again. What is right is
// read from the pages and the contract; random walks are judged by the oracle
// in replay/sim. Run under the race detector, the tests with many clients run a
// binary built with it.
package e2e
