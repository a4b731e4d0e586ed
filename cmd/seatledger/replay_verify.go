package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/projections/audit"
	"github.com/seatledger/seatledger/replay"
)

type replayVerifyVerb struct {
	Bundle string `placeholder:"PATH" help:"Check a bundle, a folder or archive, with no ledger at hand."`
	Key    string `placeholder:"VKEY|FILE" help:"With --bundle: the key that must have signed it, known from elsewhere."`

	Checkpoint string `placeholder:"FILE" help:"A signed checkpoint to compare the log with, beside the newest one."`
	LogKey     string `env:"SEATLEDGER_LOG_KEY" placeholder:"FILE" help:"With --data-dir: the key that signs checkpoints (log.key in the data folder)."`

	JSON bool `name:"json" help:"Findings and verdict as JSON, one object a line."`
	stopped
	remote
}

// errDiffers is the verdict on a ledger that is not as its log says.
var errDiffers = errors.New("not all is as the log says")

// Run verifies; findings go to standard output as they come.
func (v *replayVerifyVerb) Run(ctx context.Context, con *console) error {
	bar := con.progress()
	report := func(f replay.Finding) {
		bar.end()
		v.print(con, f)
	}
	verdict, err := v.verify(ctx, con, report, bar.show)
	bar.end()
	if err != nil {
		return err
	}
	if v.JSON {
		b, err := json.Marshal(replay.Line{Verdict: &verdict})
		if err != nil {
			return err
		}
		fmt.Fprintf(con.out, "%s\n", b)
	} else {
		v.conclude(con, verdict)
	}
	if verdict.Findings > 0 {
		return fmt.Errorf("%w: %d findings", errDiffers, verdict.Findings)
	}
	return nil
}

func (v *replayVerifyVerb) verify(ctx context.Context, con *console, report func(replay.Finding), show func(replay.Progress)) (replay.Verdict, error) {
	switch {
	case v.Bundle != "" && v.DataDir != "":
		return replay.Verdict{}, usage("--bundle and --data-dir are two things to verify: name one")
	case v.Bundle != "":
		return v.verifyBundle(ctx, report, show)
	case v.Key != "":
		return replay.Verdict{}, usage("--key goes with --bundle")
	}
	checkpoint, err := v.checkpoint()
	if err != nil {
		return replay.Verdict{}, err
	}
	if v.DataDir != "" {
		c, err := v.open(ctx, con, true)
		if err != nil {
			return replay.Verdict{}, err
		}
		verdict, err := c.Verify(ctx, v.LogKey, checkpoint, report, show)
		return verdict, errors.Join(err, c.Close())
	}
	last, err := v.lines(ctx, http.MethodGet, "/v1/replay/verify",
		query("checkpoint", base64.RawURLEncoding.EncodeToString(checkpoint)), report, show)
	if err == nil && last.Verdict == nil {
		err = errors.New("the answer ended without a verdict")
	}
	if err != nil {
		return replay.Verdict{}, err
	}
	return *last.Verdict, nil
}

// checkpoint reads the one that is given, nil if none is.
func (v *replayVerifyVerb) checkpoint() ([]byte, error) {
	if v.Checkpoint == "" {
		return nil, nil
	}
	return readSmall(v.Checkpoint, audit.MaxCheckpointBytes)
}

// readSmall reads a file that may have so many bytes.
func readSmall(file string, limit int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", file, limit)
	}
	return b, err
}

func (v *replayVerifyVerb) print(con *console, f replay.Finding) {
	if v.JSON {
		if b, err := json.Marshal(replay.Line{Finding: &f}); err == nil {
			fmt.Fprintf(con.out, "%s\n", b)
		}
		return
	}
	fmt.Fprintf(con.out, "%s  %s %s\n", con.styled(red, f.Part), f.Where, f.Message)
}

// conclude prints the verdict, one line a part.
func (v *replayVerifyVerb) conclude(con *console, verdict replay.Verdict) {
	t := table{heads: []string{"part", "compared", "took", "result"}}
	for _, p := range verdict.Parts {
		result := "as the log says"
		if p.Findings > 0 {
			result = fmt.Sprintf("%d findings", p.Findings)
		}
		t.rows = append(t.rows, []string{p.Name, p.Compared, (time.Duration(p.TookMS) * time.Millisecond).String(), result})
	}
	_ = t.print(con.out, func(row, column int, text string) string {
		switch {
		case row < 0:
			return con.styled(bold, text)
		case column == 3 && verdict.Parts[row].Findings > 0:
			return con.styled(red, text)
		case column == 3:
			return con.styled(green, text)
		}
		return text
	})
}

// lines runs something long on the ledger, and returns the last line of what
// it tells.
func (r remote) lines(ctx context.Context, method, path string, query url.Values, report func(replay.Finding), show func(replay.Progress)) (last replay.Line, err error) {
	c, err := r.client()
	if err != nil {
		return last, usageError{err}
	}
	for raw, err := range c.Lines(ctx, method, path, query) {
		if err != nil {
			return last, err
		}
		last = replay.Line{}
		if err := json.Unmarshal(raw, &last); err != nil {
			return last, err
		}
		switch {
		case last.Error != "":
			return last, errors.New(last.Error)
		case last.Finding != nil:
			report(*last.Finding)
		case last.Progress != nil:
			show(*last.Progress)
		}
	}
	return last, nil
}
