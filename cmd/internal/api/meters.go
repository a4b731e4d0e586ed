package api

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// outcome is what became of a command, as the metrics count it.
type outcome int

const (
	accepted outcome = iota // events were recorded
	unchanged
	refused // by a rule, a role or a scope
	invalid // shape or fields
	unavailable
	outcomes
)

var outcomeNames = [outcomes]string{"accepted", "unchanged", "refused", "invalid", "unavailable"}

// latencyBuckets, in seconds, reach from one fsync to the longest wait.
var latencyBuckets = []float64{.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 10, 45}

// meters counts what the API does. Label values come from the tables alone: no
// request can make a new one.
type meters struct {
	commands *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	requests *prometheus.CounterVec
	streams  prometheus.GaugeFunc
}

func newMeters(a *API) *meters {
	return &meters{
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "seatledger_commands_total", Help: "Commands by name and what became of them.",
		}, []string{"name", "outcome"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "seatledger_command_duration_seconds", Buckets: latencyBuckets,
			Help: "Time from a command's arrival to its answer.",
		}, []string{"name"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "seatledger_http_requests_total", Help: "HTTP requests by route and status.",
		}, []string{"route", "status"}),
		streams: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "seatledger_event_streams_open", Help: "Event streams that are open over HTTP.",
		}, func() float64 { return float64(a.streams.open()) }),
	}
}

// Describe makes meters a collector.
func (m *meters) Describe(ch chan<- *prometheus.Desc) {
	m.commands.Describe(ch)
	m.latency.Describe(ch)
	m.requests.Describe(ch)
	m.streams.Describe(ch)
}

// Collect makes meters a collector.
func (m *meters) Collect(ch chan<- prometheus.Metric) {
	m.commands.Collect(ch)
	m.latency.Collect(ch)
	m.requests.Collect(ch)
	m.streams.Collect(ch)
}

// commandMeter is what is counted for one command.
type commandMeter struct {
	outcomes [outcomes]prometheus.Counter
	latency  prometheus.Observer
}

// command makes the meter of a row of the table of commands.
func (m *meters) command(name string) *commandMeter {
	c := &commandMeter{latency: m.latency.WithLabelValues(name)}
	for o := range outcomes {
		c.outcomes[o] = m.commands.WithLabelValues(name, outcomeNames[o])
	}
	return c
}

func (c *commandMeter) observe(o outcome, d time.Duration) {
	c.outcomes[o].Inc()
	c.latency.Observe(d.Seconds())
}

func (m *meters) request(route string, status int) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
}
