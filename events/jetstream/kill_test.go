package jetstream

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// killDir, set, makes the test binary a process that appends until it is killed.
const killDir = "SEATLEDGER_TEST_APPEND_TO"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		if err := appendForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// numbered is the message with a number: large enough that blocks fill up.
func numbered(seq uint64) []byte {
	return bytes.Repeat(binary.BigEndian.AppendUint64(nil, seq*0x9E3779B97F4A7C15), 4000)
}

// appendForEver says the sequence of every acknowledged message on a line.
func appendForEver(dir string) error {
	ctx := context.Background()
	s, err := Start(Options{StoreDir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	j, err := s.OpenJournal(ctx, JournalOptions{Epoch: 1})
	if err != nil {
		return err
	}
	last, err := j.Last(ctx)
	for err == nil {
		last, err = j.Append(ctx, last, numbered(last+1))
		fmt.Println(last)
	}
	return err
}

// Every message that was acknowledged before a kill -9 is there after it.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	acknowledged := uint64(0)
	for range 3 {
		acknowledged = max(acknowledged, runAndKill(t, dir, acknowledged+400))
		s := start(t, Options{StoreDir: dir})
		j := openJournal(t, s)
		read := uint64(0)
		for m, err := range j.Read(t.Context(), 1) {
			if err != nil {
				t.Fatal(err)
			}
			if read++; m.Seq != read || !bytes.Equal(m.Data, numbered(read)) {
				t.Fatalf("message %d is read as %d", m.Seq, read)
			}
		}
		if read < acknowledged || read > acknowledged+1 {
			t.Fatalf("%d messages are there, %d were acknowledged", read, acknowledged)
		}
		t.Logf("%d acknowledged, %d read", acknowledged, read)
		s.Close()
	}
}

// runAndKill returns the last sequence that the process acknowledged.
func runAndKill(t *testing.T, dir string, until uint64) (last uint64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	timeout := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer timeout.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if last, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
			t.Fatal(err)
		}
		if last == until {
			cmd.Process.Kill() // and read what it said until then
		}
	}
	if last < until {
		t.Fatalf("the process ended by itself at %d", last)
	}
	return last
}
