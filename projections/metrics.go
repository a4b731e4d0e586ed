package projections

// Metrics are figures of the store.
type Metrics struct {
	Position      uint64
	Seq           uint64
	Behind        uint64 // events offered and not applied yet
	DiskBytes     uint64
	MemTableBytes uint64
	CacheBytes    int64
	CacheHits     int64
	CacheMisses   int64
	ReadAmp       int    // files that a read may have to look into
	DebtBytes     uint64 // waiting to be compacted
	Compactions   int64
	Flushes       int64
	WrittenBytes  uint64 // by flushes and compactions
	Files         int64
	OpenSnapshots int
	OpenIterators int64
}

// Metrics reads the figures of now.
func (s *Store) Metrics() Metrics {
	p, at := s.db.Metrics(), s.mark()
	total := p.Total()
	return Metrics{
		Position: at.position, Seq: at.seq, Behind: s.End() - at.position,
		DiskBytes: p.DiskSpaceUsage(), MemTableBytes: p.MemTable.Size,
		CacheBytes: p.BlockCache.Size, CacheHits: p.BlockCache.Hits, CacheMisses: p.BlockCache.Misses,
		ReadAmp: p.ReadAmp(), DebtBytes: p.Compact.EstimatedDebt,
		Compactions: p.Compact.Count, Flushes: p.Flush.Count,
		WrittenBytes: total.TableBytesFlushed + total.TableBytesCompacted, Files: total.TablesCount,
		OpenSnapshots: p.Snapshots.Count, OpenIterators: p.TableIters,
	}
}
