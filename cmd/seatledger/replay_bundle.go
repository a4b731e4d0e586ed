package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
	"github.com/seatledger/seatledger/replay/bundle"
)

// bundle writes the log as it is signed.
func (v *replayExportVerb) bundle(ctx context.Context, con *console) error {
	if v.Out != "" || v.Format != replay.NDJSON || v.filter() != (projections.EventFilter{}) {
		return usage("--bundle takes the whole log, as it is signed: no format, filter or -o")
	}
	bar := con.progress()
	m, err := v.writeBundle(ctx, con, bar.show)
	bar.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(con.out, "%s: %d entries of %s, root %s\n", v.Bundle, m.Size, m.Origin, m.Root)
	return err
}

func (v *replayExportVerb) writeBundle(ctx context.Context, con *console, show func(replay.Progress)) (m bundle.Manifest, err error) {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return m, usageError{err}
		}
		log, err := c.Log(ctx)
		if err != nil {
			return m, err
		}
		return bundle.Write(ctx, v.Bundle, log, show)
	}
	c, err := v.open(ctx, con, false)
	if err != nil {
		return m, err
	}
	log, err := c.Sealed(ctx, v.LogKey)
	if err == nil {
		m, err = bundle.Write(ctx, v.Bundle, log, show)
	}
	return m, errors.Join(err, c.Close())
}

// verifyBundle checks a bundle, and asks no ledger.
func (v *replayVerifyVerb) verifyBundle(ctx context.Context, report func(replay.Finding), show func(replay.Progress)) (verdict replay.Verdict, err error) {
	var known bundle.Known
	if known.Checkpoint, err = v.checkpoint(); err != nil {
		return verdict, err
	}
	if known.Key, err = keyOf(v.Key); err != nil {
		return verdict, err
	}
	b, err := bundle.Open(v.Bundle)
	if err != nil {
		return verdict, err
	}
	verdict, err = b.Verify(ctx, known, report, show)
	return verdict, errors.Join(err, b.Close())
}

// keyOf reads a public key: itself, or the file that it is in.
func keyOf(given string) (string, error) {
	if given == "" {
		return "", nil
	}
	if _, err := note.NewVerifier(given); err == nil {
		return given, nil
	}
	text, err := readSmall(given, bundle.MaxKeyBytes)
	if err != nil {
		return "", fmt.Errorf("--key is neither a vkey nor a file: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if _, err := note.NewVerifier(key); err != nil {
		return "", fmt.Errorf("%s has no vkey: %w", given, err)
	}
	return key, nil
}
