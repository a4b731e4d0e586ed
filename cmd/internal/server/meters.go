package server

import (
	"runtime/debug"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/seatledger/seatledger/aggregates/writer"
)

// version is set by the build, if the Makefile made it.
var version string

// Version is the program's, as it was built.
var Version = func() string {
	b, ok := debug.ReadBuildInfo()
	switch {
	case version != "":
		return version
	case ok && b.Main.Version != "":
		return b.Main.Version
	}
	return "(devel)"
}()

// meters measures what the writer does.
type meters struct {
	batchEvents prometheus.Histogram
	append      prometheus.Histogram
	frames      prometheus.Counter
	bytes       prometheus.Counter
	conflicts   prometheus.Counter
}

func newMeters() *meters {
	return &meters{
		batchEvents: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "seatledger_commit_events", Help: "Events of one commit.",
			Buckets: prometheus.ExponentialBuckets(1, 4, 9),
		}),
		append: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "seatledger_log_append_seconds", Help: "Time to make one commit durable in the log.",
			Buckets: prometheus.ExponentialBuckets(50e-6, 2, 16),
		}),
		frames: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "seatledger_log_frames_total", Help: "Frames written to the log.",
		}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "seatledger_log_entries_bytes_total", Help: "Bytes of entries and receipts written to the log, before compression.",
		}),
		conflicts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "seatledger_log_conflicts_total", Help: "Appends refused because another frame came first.",
		}),
	}
}

// batch is told of every commit.
func (m *meters) batch(b writer.Batch) {
	if b.Conflict {
		m.conflicts.Inc()
	}
	if b.Frames == 0 {
		return
	}
	m.batchEvents.Observe(float64(b.Events))
	m.append.Observe(b.Append.Seconds())
	m.frames.Add(float64(b.Frames))
	m.bytes.Add(float64(b.Bytes))
}

// registry has all metrics of the node but those of the API, which adds its own.
func (s *Server) registry() (*prometheus.Registry, error) {
	r := prometheus.NewRegistry()
	gauge := func(name, help string, of func() uint64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(of()) })
	}
	counter := func(name, help string, of func() uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(of()) })
	}
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		s.mailed, s.meters.batchEvents, s.meters.append, s.meters.frames, s.meters.bytes, s.meters.conflicts,
		gauge("seatledger_log_position", "Position of the newest event in the log.", s.views.End),
		gauge("seatledger_view_position", "Position that the views have reached.", s.views.Position),
		gauge("seatledger_view_lag_events", "Events in the log that the views do not have yet.", s.viewLag),
		gauge("seatledger_log_signed_position", "Position up to which the log is signed.", s.log.Signed),
		gauge("seatledger_feed_position", "Position that the feed has reached.", s.feeder.Position),
		gauge("seatledger_jetstream_stored_bytes", "Disk space of the streams: journal, feed and checkpoints.", s.nats.StoredBytes),
		gauge("seatledger_pebble_disk_bytes", "Disk space of the views.", func() uint64 { return s.views.Metrics().DiskBytes }),
		gauge("seatledger_pebble_memtable_bytes", "Memory of the views' tables that are not on the disk yet.", func() uint64 { return s.views.Metrics().MemTableBytes }),
		gauge("seatledger_pebble_compaction_debt_bytes", "What the views' compactions have still to do.", func() uint64 { return s.views.Metrics().DebtBytes }),
		counter("seatledger_scrubbed_entries_total", "Stored messages of journal and feed that were read again and compared.", s.scrub.Entries),
		counter("seatledger_scrub_findings_total", "Stored messages that were not what they had been.", s.scrub.Findings),
		counter("seatledger_healings_total", "Parts that were healed: at the start, or while running.", func() uint64 { return s.scrub.Mended() + s.healed.Load() }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "seatledger_attempts_dropped_total", Help: "Refused commands that were not kept, because there were too many.",
		}, func() float64 { return float64(s.attempts.Dropped()) }),
	} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (s *Server) viewLag() uint64 {
	end, at := s.views.End(), s.views.Position()
	return end - min(end, at)
}
