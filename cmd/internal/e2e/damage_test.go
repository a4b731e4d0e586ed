package e2e

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/minio/highwayhash"
	"golang.org/x/mod/sumdb/note"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// said runs a verb of the binary, and returns what it wrote and its status.
func (b *bed) said(args ...string) (out string, status int) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), b.binary, args...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// with runs verbs of the binary in an environment of more variables.
func (b *bed) with(variables ...string) func(args ...string) (string, int) {
	return func(args ...string) (string, int) {
		b.Helper()
		cmd := exec.CommandContext(b.Context(), b.binary, args...)
		cmd.Env = append(os.Environ(), variables...)
		text, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			b.Fatal(err)
		}
		return string(text), cmd.ProcessState.ExitCode()
	}
}

// A record in a block file of JetStream: length (its highest bit tells of
// headers), sequence, time, length of the subject, then the subject, headers
// and data, and a hash of all of it.
const (
	recordHeadBytes = 22
	recordHashBytes = 8
	recordHeaders   = 1 << 31
)

// block is where a stream's first messages stand.
func block(dir, account, stream string) string {
	return filepath.Join(dir, "nats", "jetstream", account, "streams", stream, "msgs", "1.blk")
}

// edit changes a message in a stream's file: the last record that has mark in
// it. hashed makes JetStream's own checksum good again.
func edit(dir, account, stream, mark string, hashed bool, change func(data []byte)) error {
	file := block(dir, account, stream)
	all, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var record []byte
	for at := 0; at+recordHeadBytes < len(all); {
		n := int(binary.LittleEndian.Uint32(all[at:]) &^ recordHeaders)
		if r := all[at : at+n]; bytes.Contains(r, []byte(mark)) {
			record = r
		}
		at += n
	}
	if record == nil {
		return fmt.Errorf("%s has no %q", file, mark)
	}
	body := record[recordHeadBytes : len(record)-recordHashBytes]
	subject := int(binary.LittleEndian.Uint16(record[20:]))
	rest := body[subject:]
	if binary.LittleEndian.Uint32(record)&recordHeaders != 0 {
		rest = rest[4:]
	}
	change(rest)
	if hashed {
		key := sha256.Sum256(fmt.Appendf(nil, "%s-%d", stream, 1))
		h, err := highwayhash.New64(key[:])
		if err != nil {
			return err
		}
		for _, part := range [][]byte{record[4:20], body[:subject], rest} {
			h.Write(part)
		}
		copy(record[len(record)-recordHashBytes:], h.Sum(nil))
	}
	return os.WriteFile(file, all, 0o600)
}

// swap replaces one text by another, as long.
func swap(from, to string) func([]byte) {
	return func(data []byte) { copy(data[bytes.Index(data, []byte(from)):], to) }
}

// framed is swap in a frame, whose own checksum is made good again.
func framed(from, to string) func([]byte) {
	return func(data []byte) {
		swap(from, to)(data)
		frame := data[bytes.Index(data, []byte("SLF1")):]
		sum := len(frame) - 4
		binary.BigEndian.PutUint32(frame[sum:], crc32.Checksum(frame[:sum], crc32.MakeTable(crc32.Castagnoli)))
	}
}

// stored changes the first value with a mark in it in a Pebble database.
func stored(dir string, comparer *pebble.Comparer, mark string, change func([]byte) ([]byte, error)) error {
	db, err := pebble.Open(dir, &pebble.Options{Comparer: comparer, FormatMajorVersion: pebble.FormatNewest, Logger: silent{}})
	if err != nil {
		return err
	}
	it, err := db.NewIter(nil)
	if err != nil {
		return err
	}
	found := false
	for ok := it.First(); ok && err == nil && !found; ok = it.Next() {
		if found = bytes.Contains(it.Value(), []byte(mark)); found {
			var v []byte
			if v, err = change(bytes.Clone(it.Value())); err == nil {
				err = db.Set(bytes.Clone(it.Key()), v, pebble.Sync)
			}
		}
	}
	if !found {
		err = errors.Join(err, fmt.Errorf("%s has no %q", dir, mark))
	}
	return errors.Join(err, it.Close(), db.Close())
}

// silent says nothing of what a database does.
type silent struct{}

func (silent) Infof(string, ...any)  {}
func (silent) Errorf(string, ...any) {}
func (silent) Fatalf(string, ...any) {}

// resigned signs what a checkpoint says with another key of the same name.
func resigned(data []byte) {
	at := bytes.Index(data, []byte("seatledger/"))
	text, _, _ := strings.Cut(string(data[at:]), "\n\n")
	origin, _, _ := strings.Cut(text, "\n")
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		panic(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		panic(err)
	}
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	if err != nil {
		panic(err)
	}
	copy(data[at:], signed)
}

// newCity marks one event: it stands at position 67, in frame 62.
const newCity = `"new":"City 57"`

// damages are what can befall a ledger's folder, and what a verification says
// of it.
var damages = []struct {
	what   string
	damage func(dir string) error
	found  string // in a finding, whether the ledger runs or is stopped
	start  string // what the start says, if it refuses
}{
	{"nothing", func(string) error { return nil }, "", ""},
	{"an event changed in the copy", func(dir string) error {
		return stored(filepath.Join(dir, "copy"), nil, newCity, func(v []byte) ([]byte, error) {
			f, err := events.DecodeFrame(v)
			if err != nil {
				return nil, err
			}
			f.Entries[0] = bytes.Replace(f.Entries[0], []byte("City 57"), []byte("City 75"), 1)
			return f.Encode(), nil
		})
	}, "copy  entry 67, in frame 62 is not what the journal has: at byte ", ""},
	{"a frame damaged in the copy", func(dir string) error {
		return stored(filepath.Join(dir, "copy"), nil, newCity, func(v []byte) ([]byte, error) { return v[:len(v)-1], nil })
	}, "copy  frame 62 is damaged, and the journal has it whole: ", ""},
	{"a view's row changed", func(dir string) error {
		return stored(filepath.Join(dir, "views"), projections.Comparer, `"city":"City 57"`, func(v []byte) ([]byte, error) {
			return bytes.Replace(v, []byte("City 57"), []byte("City 75"), 1), nil
		})
	}, `views  accounts "a\x00" at position 67 is not what the log makes: at byte `, ""},
	{"a feed message lost", func(dir string) error {
		return edit(dir, "LEDGER_FEED", "LEDGER", newCity, false, swap("City 57", "City 75"))
	}, "feed  message 67 is missing", ""},
	{"a feed message changed", func(dir string) error {
		return edit(dir, "LEDGER_FEED", "LEDGER", newCity, true, swap("City 57", "City 75"))
	}, "feed  message 67 is not what the log has: at byte ", ""},
	{"a journal message lost", func(dir string) error {
		return edit(dir, "LEDGER_PRIVATE", "LEDGER_JOURNAL", newCity, false, swap("City 57", "City 75"))
	}, "log  message 62 cannot be read, and the copy has it: ", ""},
	{"a journal message damaged", func(dir string) error {
		return edit(dir, "LEDGER_PRIVATE", "LEDGER_JOURNAL", newCity, true, swap("City 57", "City 75"))
	}, "log  message 62 is damaged, and the copy has it whole: ", ""},
	{"an event changed in the journal", func(dir string) error {
		return edit(dir, "LEDGER_PRIVATE", "LEDGER_JOURNAL", newCity, true, framed("City 57", "City 75"))
	}, "tree  newest checkpoint has root ", ""},
	{"a checkpoint of another key", func(dir string) error {
		return edit(dir, "LEDGER_PRIVATE", "LEDGER_CHECKPOINTS", "seatledger/", true, resigned)
	}, "tree  newest checkpoint is not one that the log's key signed: ", "one that the log's key signed"},
	{"a checkpoint of another key in the copy", func(dir string) error {
		return stored(filepath.Join(dir, "copy"), nil, "seatledger/", func(v []byte) ([]byte, error) { resigned(v); return v, nil })
	}, "tree  newest checkpoint in the copy is not one that the log's key signed: ", "one that the log's key signed"},
}

// Damage done to a ledger's files is found and named by a verification of the
// stopped ledger. One that starts over it names it too, or has told that it is
// healed, and then nothing is found any more; where the start refuses, it names
// it.
func TestVerifyNamesDamage(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	for n := range 300 {
		b.done("UpdateAccountInformation", body{"account_id": "a", "city": fmt.Sprint("City ", n)})
	}
	b.down()
	for _, d := range damages {
		dir := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(dir, os.DirFS(b.dir)); err != nil {
			t.Fatal(err)
		}
		if err := d.damage(dir); err != nil {
			t.Fatalf("%s: %v", d.what, err)
		}
		b.verdict("stopped, "+d.what, d.found, "--data-dir", dir)
		p, err := ledger.Start(b.binary, dir)
		if d.start != "" {
			if err == nil || !strings.Contains(err.Error(), d.start) {
				t.Errorf("%s: started, %v", d.what, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", d.what, err)
		}
		b.named(d.what, d.found, dir, p)
	}
	b.up()
}

// named verifies a ledger that runs over damage.
func (b *bed) named(what, found, dir string, p *ledger.Process) {
	b.Helper()
	at := []string{"replay", "verify", "--server", "http://" + p.HTTP}
	out, status := b.said(at...)
	log := p.Log()
	p.Kill()
	switch {
	case found == "" && status == 0, found != "" && status == 1 && strings.Contains("\n"+out, "\n"+found):
		return
	case !strings.Contains(log, "msg=healed") && !strings.Contains(log, "put right from the journal") && !strings.Contains(log, "a restart heals it"):
		b.Errorf("running, %s: status %d, expected %q, and nothing is told\n%s\n%s", what, status, found, out, log)
		return
	}
	p, err := ledger.Start(b.binary, dir)
	if err == nil {
		err = p.Ready()
	}
	if err != nil {
		b.Fatalf("healed, %s: %v", what, err)
	}
	b.verdict("healed, "+what, "", "--server", "http://"+p.HTTP)
	p.Kill()
}

// verdict verifies, and wants a finding, or none.
func (b *bed) verdict(what, found string, args ...string) {
	b.Helper()
	out, status := b.said(append([]string{"replay", "verify"}, args...)...)
	switch {
	case found == "" && (status != 0 || !strings.Contains(out, "copy ")):
		b.Errorf("%s: status %d\n%s", what, status, out)
	case found != "" && (status != 1 || !strings.Contains(out, "\n"+found) && !strings.HasPrefix(out, found)):
		b.Errorf("%s: status %d, expected %q\n%s", what, status, found, out)
	case found != "" && strings.Count(out, "findings") < 2:
		b.Errorf("%s: no verdict\n%s", what, out)
	}
}
