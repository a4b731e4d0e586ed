package certs

import (
	"context"
	"crypto/tls"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/certs/selfsigned"
)

// write writes a self-signed certificate and its key into a folder.
func write(t *testing.T, dir, name string) (cert, key string) {
	t.Helper()
	return selfsigned.Write(t, filepath.Join(dir, "tls"), name)
}

func put(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (p *Pair) name(t *testing.T) string {
	t.Helper()
	c, err := p.Config().GetCertificate(&tls.ClientHelloInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf.Subject.CommonName
}

func TestEveryWayOfReplacing(t *testing.T) {
	dir := t.TempDir()
	cert, key := write(t, filepath.Join(dir, "a"), "first")
	told := 0
	p, err := Open(cert, key, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p.Changed = func(time.Time) { told++ }
	if p.look(); p.name(t) != "first" || told != 0 {
		t.Errorf("unchanged: %s, told %d times", p.name(t), told)
	}
	write(t, filepath.Join(dir, "a"), "written over")
	if p.look(); p.name(t) != "written over" || told != 1 {
		t.Errorf("%s, told %d times", p.name(t), told)
	}
	newCert, newKey := write(t, filepath.Join(dir, "b"), "renamed over")
	os.Rename(newCert, cert)
	if p.look(); p.name(t) != "written over" {
		t.Error("a certificate without its key is used")
	}
	os.Rename(newKey, key)
	if p.look(); p.name(t) != "renamed over" {
		t.Error(p.name(t))
	}
	put(t, cert, []byte("nonsense"))
	if p.look(); p.name(t) != "renamed over" {
		t.Error(p.name(t))
	}
	os.Remove(cert)
	if p.look(); p.name(t) != "renamed over" {
		t.Error(p.name(t))
	}
}

// TestLinkThatLeadsElsewhere is how Kubernetes replaces a secret.
func TestLinkThatLeadsElsewhere(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "one"), "first")
	write(t, filepath.Join(dir, "two"), "second")
	os.Symlink("one", filepath.Join(dir, "..data"))
	os.Symlink("..data/tls.crt", filepath.Join(dir, "tls.crt"))
	os.Symlink("..data/tls.key", filepath.Join(dir, "tls.key"))
	p, err := Open(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { p.Run(ctx); close(ended) }()
	os.Symlink("two", filepath.Join(dir, "..next"))
	if err := os.Rename(filepath.Join(dir, "..next"), filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(60 * time.Second); p.name(t) != "second"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not read again")
		}
	}
	cancel()
	<-ended
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	cert, key := write(t, filepath.Join(dir, "a"), "a")
	_, other := write(t, filepath.Join(dir, "b"), "b")
	large := filepath.Join(dir, "large")
	put(t, large, make([]byte, maxFileBytes+1))
	for _, c := range [][2]string{{cert, other}, {cert, filepath.Join(dir, "none")}, {key, key}, {large, key}} {
		if _, err := Open(c[0], c[1], slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%v is used", c)
		}
	}
}
