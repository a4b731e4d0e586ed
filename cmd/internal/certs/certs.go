// Package certs keeps a TLS certificate as its files say, also when they are
// changed while it is in use.
//
// The files are read again every few seconds, and compared. That sees every
// way in which they are replaced: written over, renamed over, or reached by a
// symbolic link that now leads elsewhere, as in Kubernetes; notices of the
// file system miss the last one, and what they save is nothing.
package certs

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

const (
	// lookPause lies between two looks at the files.
	lookPause = 2 * time.Second
	// maxFileBytes is the largest file that is read.
	maxFileBytes = 1 << 20
)

// Pair is a certificate with its key, from two files in PEM.
type Pair struct {
	certFile, keyFile string
	log               *slog.Logger
	// Changed, if set, is told of every certificate that is put to use after
	// the first.
	Changed func(notAfter time.Time)

	cert, key []byte // as they were read last
	complaint string
	now       atomic.Pointer[tls.Certificate]
}

// Open reads the files.
func Open(certFile, keyFile string, log *slog.Logger) (*Pair, error) {
	p := &Pair{certFile: certFile, keyFile: keyFile, log: log}
	cert, key, err := p.read()
	if err != nil {
		return nil, err
	}
	return p, p.take(cert, key)
}

func (p *Pair) read() (cert, key []byte, err error) {
	if cert, err = readSmall(p.certFile); err != nil {
		return nil, nil, err
	}
	key, err = readSmall(p.keyFile)
	return cert, key, err
}

var errLarge = errors.New("is too large to be a certificate or a key")

func readSmall(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFileBytes {
		return nil, fmt.Errorf("%s %w", name, errLarge)
	}
	return os.ReadFile(name)
}

func (p *Pair) take(cert, key []byte) error {
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("%s and %s: %w", p.certFile, p.keyFile, err)
	}
	if time.Now().After(pair.Leaf.NotAfter) {
		p.log.Warn("the certificate has expired", "file", p.certFile, "not_after", pair.Leaf.NotAfter)
	}
	p.cert, p.key = cert, key
	p.now.Store(&pair)
	return nil
}

// Run looks at the files until ctx ends. Files that do not fit together, as
// when one was replaced and the other not yet, change nothing.
func (p *Pair) Run(ctx context.Context) {
	tick := time.NewTicker(lookPause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.look()
		}
	}
}

func (p *Pair) look() {
	cert, key, err := p.read()
	if err == nil {
		if bytes.Equal(cert, p.cert) && bytes.Equal(key, p.key) {
			p.complaint = ""
			return
		}
		err = p.take(cert, key)
	}
	if err != nil {
		if text := err.Error(); text != p.complaint { // once
			p.complaint = text
			p.log.Warn("the changed certificate cannot be used; the one before stays", "cause", err)
		}
		return
	}
	p.complaint = ""
	notAfter := p.now.Load().Leaf.NotAfter
	p.log.Info("the certificate was read again", "file", p.certFile, "not_after", notAfter)
	if p.Changed != nil {
		p.Changed(notAfter)
	}
}

// Config is a server's TLS: every handshake uses the newest certificate.
func (p *Pair) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return p.now.Load(), nil },
	}
}
