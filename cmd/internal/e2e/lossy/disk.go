package lossy

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// blockBytes is what survives, or does not, as one.
const blockBytes = 4096

// Disk is one file system. What is on it lives as long as the process.
type Disk struct {
	mu      sync.Mutex // guards all below, and all of its nodes
	root    *node
	pending []change // of names, in their order
	numbers uint64   // of nodes, given out

	mounted *mount
}

// node is a file or a folder.
type node struct {
	number   uint64
	folder   bool
	mode     uint32 // permissions
	modified time.Time

	data  []byte       // a file's, as it is read
	kept  []byte       // as it is durable
	dirty map[int]bool // blocks in which the two may differ

	names   map[string]*node // a folder's, as it is listed
	durable map[string]*node
}

// entry is a name in a folder, and what it is to stand for: nil is nothing.
type entry struct {
	in   *node
	name string
	to   *node
}

// change is done as a whole, or not done.
type change []entry

func (c change) touches(folders []*node) bool {
	return slices.ContainsFunc(c, func(e entry) bool { return slices.Contains(folders, e.in) })
}

func (c change) folders() (all []*node) {
	for _, e := range c {
		all = append(all, e.in)
	}
	return all
}

func (d *Disk) newNode(folder bool, mode uint32) *node {
	d.numbers++
	n := &node{number: d.numbers, folder: folder, mode: mode & 0o7777, modified: time.Now()}
	if folder {
		n.names, n.durable = map[string]*node{}, map[string]*node{}
	} else {
		n.dirty = map[int]bool{}
	}
	return n
}

// do makes a change that may be lost.
func (d *Disk) do(c change) {
	for _, e := range c {
		put(e.in.names, e)
		e.in.modified = time.Now()
	}
	d.pending = append(d.pending, c)
}

func put(names map[string]*node, e entry) {
	if e.to == nil {
		delete(names, e.name)
		return
	}
	names[e.name] = e.to
}

// keep makes a change durable.
func (c change) keep() {
	for _, e := range c {
		put(e.in.durable, e)
	}
}

// syncFolder makes the changes in a folder durable, and all on which they rest:
// those that were made before, in the folders that they touch.
func (d *Disk) syncFolder(folder *node) {
	needed := []*node{folder}
	keep := make([]bool, len(d.pending))
	for i, c := range slices.Backward(d.pending) {
		if keep[i] = c.touches(needed); keep[i] {
			needed = append(needed, c.folders()...)
		}
	}
	var rest []change
	for i, c := range d.pending {
		if keep[i] {
			c.keep()
		} else {
			rest = append(rest, c)
		}
	}
	d.pending = rest
}

// write is that of a file.
func (n *node) write(b []byte, at int64) {
	end := int(at) + len(b)
	if end > len(n.data) {
		n.resize(end)
	}
	copy(n.data[at:], b)
	n.soil(int(at), end)
}

// resize cuts a file off, or fills it up with zeros.
func (n *node) resize(size int) {
	old := len(n.data)
	if size <= old {
		clear(n.data[size:])
		n.data = n.data[:size]
	} else {
		n.data = append(n.data, make([]byte, size-old)...)
	}
	n.soil(min(old, size), max(old, size))
}

func (n *node) soil(from, to int) {
	for b := from / blockBytes; b*blockBytes < to; b++ {
		n.dirty[b] = true
	}
	n.modified = time.Now()
}

// syncFile makes a file's content durable.
func (n *node) syncFile() {
	for b := range n.dirty {
		n.keepBlock(b)
	}
	n.kept = sized(n.kept, len(n.data))
	clear(n.dirty)
}

func (n *node) keepBlock(b int) {
	from, to := b*blockBytes, min((b+1)*blockBytes, len(n.data))
	if from >= to {
		return
	}
	if len(n.kept) < to {
		n.kept = sized(n.kept, to)
	}
	copy(n.kept[from:to], n.data[from:to])
}

func sized(b []byte, size int) []byte {
	if size <= len(b) {
		clear(b[size:])
		return b[:size]
	}
	return append(b, make([]byte, size-len(b))...)
}

// lose leaves of everything what a loss of power does: percent is the chance of
// what was not fsynced.
func (d *Disk) lose(percent int, rng *rand.Rand) {
	survives := func() bool { return rng.IntN(100) < percent }
	var broken []*node // folders of which a change was lost
	for _, c := range d.pending {
		if c.touches(broken) || !survives() {
			broken = append(broken, c.folders()...)
			continue
		}
		c.keep()
	}
	d.pending = nil
	seen := map[*node]bool{}
	var settle func(n *node)
	settle = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if !n.folder {
			n.settleFile(survives)
			return
		}
		n.names = map[string]*node{}
		for _, name := range sortedNames(n.durable) {
			n.names[name] = n.durable[name]
			settle(n.durable[name])
		}
	}
	settle(d.root)
}

func (n *node) settleFile(survives func() bool) {
	if len(n.kept) != len(n.data) && survives() {
		n.kept = sized(n.kept, len(n.data))
	}
	size := len(n.kept)
	blocks := make([]int, 0, len(n.dirty))
	for b := range n.dirty {
		blocks = append(blocks, b)
	}
	slices.Sort(blocks) // so that the same chances hit the same blocks
	for _, b := range blocks {
		if survives() {
			n.keepBlock(b)
		}
	}
	n.kept = sized(n.kept, size)
	n.data = slices.Clone(n.kept)
	clear(n.dirty)
}

func sortedNames(names map[string]*node) []string {
	all := make([]string, 0, len(names))
	for name := range names {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// CopyTo writes all that is on the disk into a folder of another.
func (d *Disk) CopyTo(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.root.copyTo(dir)
}

func (n *node) copyTo(path string) error {
	if !n.folder {
		return os.WriteFile(path, n.data, fs.FileMode(n.mode&0o700|0o600))
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	for _, name := range sortedNames(n.names) {
		if err := n.names[name].copyTo(filepath.Join(path, name)); err != nil {
			return err
		}
	}
	return nil
}

// empty tells that a folder can be removed.
func (n *node) empty() syscall.Errno {
	if len(n.names) > 0 {
		return syscall.ENOTEMPTY
	}
	return 0
}
