package bench

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Report is all that a run measured, and where and how.
type Report struct {
	Started    time.Time         `json:"started"`
	Took       Duration          `json:"took_seconds"`
	Machine    Machine           `json:"machine"`
	Versions   map[string]string `json:"versions"`
	Durability map[string]string `json:"durability"` // by what was measured
	Span       Duration          `json:"seconds"`    // of one measurement
	Runs       int               `json:"runs"`
	Results    []*Result         `json:"results"`
	NoPostgres string            `json:"no_postgres,omitempty"` // why P is missing
}

func newReport(b *bench) *Report {
	return &Report{
		Started: time.Now().UTC().Truncate(time.Second), Machine: thisMachine(b.dir), Versions: versions(),
		Span: Duration(b.Span), Runs: b.Runs,
		Durability: map[string]string{walName: "write, then fdatasync, before every acknowledgement"},
	}
}

// Passed reports that no target was missed; targets that were not judged do
// not count.
func (r *Report) Passed() bool {
	for _, result := range r.Results {
		for _, row := range result.Rows {
			if slices.ContainsFunc(row.Checks, func(c Check) bool { return !c.Pass }) {
				return false
			}
		}
	}
	return true
}

// describe adds what PostgreSQL says of itself.
func (r *Report) describe(ctx context.Context, b *bench) {
	if b.noPG != nil {
		r.NoPostgres = b.noPG.Error()
		return
	}
	version, settings, err := b.pg.about(ctx)
	if err != nil {
		version, settings = "unknown", err.Error()
	}
	r.Versions["postgresql"] = version
	r.Durability[pgName] = settings
}

// Markdown writes the report for people.
func (r *Report) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmarks\n\nMeasured %s, in %.0f s. %s.\n\n", r.Started.Format(time.RFC3339),
		time.Duration(r.Took).Seconds(), r.method())
	m := r.Machine
	fmt.Fprintf(&b, "- machine: %d × %s, %s, %s, %s; load at the start %s\n", m.Cores, m.CPU, m.Memory, m.System, m.FileSystem, m.LoadAtStart)
	fmt.Fprintf(&b, "- versions: %s\n", pairs(r.Versions, " "))
	fmt.Fprintf(&b, "- durability: %s\n", pairs(r.Durability, ": "))
	if m.busy() {
		b.WriteString("- **the machine was busy with other things**: measure again when it is not\n")
	}
	if r.NoPostgres != "" {
		fmt.Fprintf(&b, "- **P was not measured**: %s\n", r.NoPostgres)
	}
	b.WriteString("\nW is a bare write-ahead log, P is PostgreSQL. A ratio is the median of the runs' own ratios.\n")
	for _, result := range r.Results {
		result.markdown(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) method() string {
	span := time.Duration(r.Span)
	if r.Runs == 1 {
		return fmt.Sprintf("One run of %s a figure", span)
	}
	return fmt.Sprintf("A figure is the median of %d runs of %s, with their range", r.Runs, span)
}

// pairs lists a map in the order of its keys.
func pairs(m map[string]string, between string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, k+between+m[k])
	}
	return strings.Join(parts, "; ")
}

func (r *Result) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s: %s\n\n", r.ID, r.Title)
	heads := r.heads()
	fmt.Fprintf(b, "| | %s | targets |\n|%s\n", strings.Join(heads, " | "), strings.Repeat(" --- |", len(heads)+2))
	for _, row := range r.Rows {
		fmt.Fprintf(b, "| %s |", row.Name)
		for _, head := range heads {
			fmt.Fprintf(b, " %s |", row.cell(head))
		}
		fmt.Fprintf(b, " %s |\n", row.verdicts())
	}
	for _, note := range r.Notes {
		fmt.Fprintf(b, "\n%s\n", note)
	}
}

// heads are the names of all figures, in the order in which rows have them.
func (r *Result) heads() (heads []string) {
	for _, row := range r.Rows {
		for _, f := range row.Figures {
			if head := f.head(); !slices.Contains(heads, head) {
				heads = append(heads, head)
			}
		}
	}
	return heads
}

func (f Figure) head() string { return f.Name + ", " + f.Unit }

// cell is the figure under a head: the median, and the range if there is one.
func (row *Row) cell(head string) string {
	for _, f := range row.Figures {
		if f.head() != head {
			continue
		}
		if len(f.Runs) == 1 {
			return number(f.Median)
		}
		return fmt.Sprintf("%s (%s–%s)", number(f.Median), number(f.Min), number(f.Max))
	}
	return "–"
}

// verdicts hold the row's figures against the targets.
func (row *Row) verdicts() string {
	var parts []string
	for _, c := range row.Checks {
		verdict, bound := "missed", "≥"
		if c.Pass {
			verdict = "pass"
		}
		if c.AtMost {
			bound = "≤"
		}
		parts = append(parts, fmt.Sprintf("%s %s (%s %s): **%s**", c.Name, c.text(c.Got), bound, c.text(c.Target), verdict))
	}
	return strings.Join(parts, "; ")
}

// text is a value with the check's unit.
func (c Check) text(x float64) string { return strings.TrimSpace(number(x) + " " + c.Unit) }

// number writes large numbers in whole thousands' groups and small ones with
// two places.
func number(x float64) string {
	if x < 100 {
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return grouped(strconv.FormatFloat(x, 'f', 0, 64))
}

// grouped sets commas between thousands.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
