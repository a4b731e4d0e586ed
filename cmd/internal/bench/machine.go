package bench

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// Machine is where a run took place.
type Machine struct {
	CPU         string `json:"cpu"`
	Cores       int    `json:"cores"`
	Memory      string `json:"memory"`
	System      string `json:"system"`
	FileSystem  string `json:"file_system"` // of the folder that was measured
	LoadAtStart string `json:"load_at_start,omitempty"`
}

func thisMachine(dir string) Machine {
	fs, err := fileSystem(dir)
	if err != nil {
		fs = "unknown"
	}
	load, _, _ := strings.Cut(contentOf("/proc/loadavg"), " ")
	return Machine{
		CPU: lineOf("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(), Memory: memory(),
		System:     strings.TrimSpace(runtime.GOOS + "/" + runtime.GOARCH + " " + contentOf("/proc/sys/kernel/osrelease")),
		FileSystem: fs, LoadAtStart: load,
	}
}

// busy reports that other programs had much of the machine when the run began:
// even ratios are then worth little, for they take turns of milliseconds.
func (m Machine) busy() bool {
	load, err := strconv.ParseFloat(m.LoadAtStart, 64)
	return err == nil && load > float64(m.Cores)/2
}

// contentOf is a small file's text, empty where there is none: another system
// tells less.
func contentOf(path string) string {
	b, _ := os.ReadFile(path)
	return strings.TrimSpace(string(b))
}

// lineOf is the value of a "name : value" line.
func lineOf(path, name string) string {
	for line := range strings.Lines(contentOf(path)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func memory() string {
	var kib int
	if _, err := fmt.Sscanf(lineOf("/proc/meminfo", "MemTotal"), "%d kB", &kib); err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%.1f GiB", float64(kib)/(1<<20))
}

// libraries are those whose versions a figure depends on.
var libraries = map[string]string{
	"github.com/nats-io/nats-server/v2": "nats-server", "github.com/nats-io/nats.go": "nats.go",
	"github.com/cockroachdb/pebble/v2": "pebble", "github.com/jackc/pgx/v5": "pgx",
}

// versions of what was measured, by name.
func versions() map[string]string {
	v := map[string]string{"go": runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, m := range info.Deps {
		if name, ok := libraries[m.Path]; ok {
			v[name] = m.Version
		}
	}
	return v
}
