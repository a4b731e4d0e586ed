// Package audit keeps the log honest: a second copy of every frame, a Merkle
// tree over every entry, and signed checkpoints of it.
//
// # Two copies
//
// [Both] is the journal that the ledger writes to: every frame goes to the
// stream and to the [Copy] at once, and is acknowledged when it is durable in
// both. The stream is the authority: its fence decides which frame stands at a
// sequence. The copy holds what the stream took, and at most one frame more,
// behind its end: one that was not acknowledged. That is why a frame of the
// copy has its sequence for a key: what was not taken is written over.
//
// After anything but success the two are made alike before the next frame
// ([Both.settle]), so that only the copy's very last frame can be in doubt.
// [Reconcile] does the same at the start, with what a crash or a lying disk
// left: the shorter one is completed from the other. Every read through Both
// compares the two, byte for byte.
//
// # The tree
//
// The leaf with index i is the entry at position i+1 (RFC 6962, SHA-256). The
// hashes stand in tiles of height 8, as C2SP tlog-tiles serves them, and all
// arithmetic is golang.org/x/mod/sumdb/tlog's. Tiles are derived data: full
// ones are stored, in the copy's database and behind the frames that they rest
// on, and the entries of the last tile are read again at the start. The tree
// follows what is durable in both, and nothing else.
//
// # Checkpoints
//
// A checkpoint is a C2SP signed note of the tree's size and root. It is stored
// in the copy and, so that a lost folder does not lose the newest signed root,
// outside of it ([Checkpoints]), and shown after that. At the start every
// newest checkpoint must be the root of the tree at its size: an end that was
// lost in both copies, a changed entry and a foreign history all show there.
//
// What cannot be mended is a [Finding]: it stops the start. Its Kind tells what
// cmd/internal/heal may still make good with [Remains], which makes a log of
// another epoch from what is whole in either place.
package audit
