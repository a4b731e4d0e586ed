package audit

import "golang.org/x/mod/sumdb/tlog"

// Edge is the right edge of a tree that grows leaf by leaf: the roots of its
// whole subtrees, the largest first. It is all that a root needs, and all that
// it takes to go on from a size that was signed. The zero value is the tree of
// no leaves.
type Edge struct {
	Size   int64       `json:"size"`
	Hashes []tlog.Hash `json:"hashes"`
}

// Add adds a leaf's hash (RFC 6962).
func (e *Edge) Add(leaf tlog.Hash) {
	e.Hashes = append(e.Hashes, leaf)
	for n := e.Size; n&1 == 1; n >>= 1 {
		last := len(e.Hashes) - 1
		e.Hashes = append(e.Hashes[:last-1], tlog.NodeHash(e.Hashes[last-1], e.Hashes[last]))
	}
	e.Size++
}

// Root is the tree's root: the subtrees joined from the right.
func (e *Edge) Root() tlog.Hash {
	if len(e.Hashes) == 0 {
		h, _ := tlog.TreeHash(0, nil) // reads nothing
		return h
	}
	h := e.Hashes[len(e.Hashes)-1]
	for i := len(e.Hashes) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e.Hashes[i], h)
	}
	return h
}
