// Package bundle carries a log away: a folder or archive that proves itself
// with no ledger at hand.
//
// A bundle has the layout of C2SP tlog-tiles (checkpoint, tile/<L>/<N>,
// tile/entries/<N>), so that any verifier of that format reads it, and beside it
// the key that verifies the checkpoint and a manifest. Nothing in it is of the
// day it was made: two bundles of the same log and checkpoint are the same
// bytes.
//
// # Writing
//
// [Write] makes hashes and tiles of the entries anew, and finishes only when
// their root is the one that was signed. It asks for no stored tile, so it is
// the same for a ledger that is asked over HTTP and for a folder. What it
// writes is whole, or not there.
//
// # Verifying
//
// [Verify] trusts nothing in a bundle: the checkpoint must be signed by the
// key, and every byte of every other file must be what the entries, the
// checkpoint and the key make. A bundle's own key proves only that it agrees
// with itself; whoever has the key from elsewhere gives it.
//
// An archive may come from anybody. It is unpacked into a folder of its own,
// and only files with a name of the layout are taken out of it: there is no
// way for a path to lead elsewhere.
package bundle
