// Package server opens, runs and closes a node of the ledger: it alone knows
// every part, and joins them.
//
// Open does all that can go wrong before anything is served: it checks the
// configuration, opens the stores and compares them. Run answers requests
// until its context ends, and then drains. Close gives everything back.
package server
