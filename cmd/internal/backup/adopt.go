package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/projections/audit"
)

// adopt keeps what a backup that was killed had finished: whole segments that
// go on where the manifest ends. All else that is not listed is removed.
func (m *making) adopt(context.Context) error {
	for {
		n := len(m.manifest.Segments) + 1
		s, next, ok := m.look(n)
		if !ok {
			break
		}
		m.manifest.Segments, m.chain = append(m.manifest.Segments, s), next
	}
	m.report.Resumed = m.chain.size() - uint64(m.manifest.Edge.Size)
	return m.removeAllBut(m.manifest.Segments)
}

// look reads the segment numbered n, if it is there, and is whole, and goes on.
// What it has is compared with the checkpoint in the end, as all is.
func (m *making) look(n int) (s Segment, next *chain, ok bool) {
	path := filepath.Join(m.dir, segmentName(n))
	f, err := os.Open(path)
	if err != nil {
		return s, nil, false
	}
	defer f.Close()
	edge := audit.Edge{Size: m.chain.edge.Size, Hashes: slices.Clone(m.chain.edge.Hashes)}
	next = newChain(edge, m.chain.commit, nil)
	s = Segment{Name: segmentName(n), First: next.size() + 1}
	in := &summing{r: f, sum: sha256.New()}
	for frame, err := range Frames(in) {
		if err != nil {
			return s, nil, false
		}
		c, _, err := next.add(frame)
		if err != nil {
			return s, nil, false
		}
		if c != nil {
			next.accept(c)
		}
		s.Frames++
	}
	if _, err := io.Copy(io.Discard, in); err != nil || next.held != nil || next.edge.Size > m.checkpoint.Size {
		return s, nil, false
	}
	s.Last, s.Bytes, s.SHA256 = next.size(), in.bytes, hex.EncodeToString(in.sum.Sum(nil))
	return s, next, true
}

// clear removes what the folder's manifest does not list.
func (m *making) clear() error { return m.removeAllBut(m.manifest.Segments[:m.listed]) }

func (m *making) removeAllBut(segments []Segment) error {
	files, err := os.ReadDir(m.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		name := f.Name()
		ours := strings.HasSuffix(name, segmentSuffix) || strings.HasSuffix(name, suffixNext)
		if ours && !slices.ContainsFunc(segments, func(s Segment) bool { return s.Name == name }) {
			if err := os.Remove(filepath.Join(m.dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}
