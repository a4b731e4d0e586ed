package e2e

import (
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/seatledger/seatledger/cmd/internal/certs/selfsigned"
	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// nameAt is the certificate's that a listener shows.
func nameAt(address string) string {
	c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].Subject.CommonName
}

func TestTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := selfsigned.Write(t, filepath.Join(dir, "first"), "first")
	p, err := ledger.Start(binaries.plain, filepath.Join(dir, "data"), "--tls-cert", cert, "--tls-key", key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	get := func(ca string) (string, error) {
		b, err := exec.Command(binaries.plain, "get", "partners", "--server", "https://"+p.HTTP, "--ca-file", ca).CombinedOutput()
		return string(b), err
	}
	if out, err := get(cert); err != nil || !strings.Contains(out, "items") {
		t.Errorf("%s %v", out, err)
	}
	if out, err := exec.Command(binaries.plain, "get", "partners", "--server", "https://"+p.HTTP).CombinedOutput(); err == nil {
		t.Errorf("a certificate that nobody knows is trusted: %s", out)
	}
	if _, err := tls.Dial("tcp", p.HTTP, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	nc, err := nats.Connect("nats://"+p.NATS, nats.RootCAs(cert))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if !nc.TLSRequired() {
		t.Error("NATS asks for no TLS")
	}
	nc.Publish("journal.1", nil) // denied, and told as the client's fault
	nc.Flush()
	if plain, err := nats.Connect("nats://" + p.NATS); err == nil {
		plain.Close()
		t.Error("NATS trusts any certificate, or none")
	}

	second, secondKey := selfsigned.Write(t, filepath.Join(dir, "second"), "second")
	pem, _ := os.ReadFile(second)
	os.Rename(secondKey, key)
	os.Rename(second, cert)
	for deadline := time.Now().Add(60 * time.Second); nameAt(p.HTTP) != "second"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(nameAt(p.HTTP))
		}
	}
	known := filepath.Join(dir, "known")
	os.WriteFile(known, pem, 0o600)
	if out, err := get(known); err != nil {
		t.Errorf("%s %v", out, err)
	}
	if nc, err := nats.Connect("nats://"+p.NATS, nats.RootCAs(known)); err != nil {
		t.Errorf("NATS with the new certificate: %v", err)
	} else {
		nc.Close()
	}
	if log := p.Log(); strings.Contains(log, "level=ERROR") || !strings.Contains(log, "Publish Violation") || !strings.Contains(log, "the certificate was read again") {
		t.Error(log)
	}
}

func TestListenersOthersReach(t *testing.T) {
	dir := t.TempDir()
	cert, _ := selfsigned.Write(t, filepath.Join(dir, "a"), "a")
	_, other := selfsigned.Write(t, filepath.Join(dir, "b"), "b")
	for naming, flags := range map[string][]string{
		"--tls-cert": {"--http", "0.0.0.0:0"},
		"--insecure": {"--nats-listen", "0.0.0.0:0"},
		"--tls-key":  {"--tls-cert", cert},
		"match":      {"--tls-cert", cert, "--tls-key", other},
	} {
		args := append([]string{"serve", "--data-dir", filepath.Join(dir, "data"), "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0"}, flags...)
		cmd := exec.Command(binaries.plain, args...)
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), naming) {
			t.Errorf("%v: %d %s", flags, cmd.ProcessState.ExitCode(), out)
		}
	}
}
