package e2e

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// zeroedBytes is the part of a file that a lost write leaves as zeros.
const zeroedBytes = 4096

// files are all below a folder of the ledger that are not empty.
func (x *tortured) files(folder string) (all []string) {
	x.Helper()
	err := filepath.WalkDir(filepath.Join(x.dir, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		x.Fatal(err)
	}
	return all
}

// part is what of the ledger a file belongs to.
func (x *tortured) part(path string) string {
	names := strings.Split(x.short(path), string(filepath.Separator))
	if i := slices.Index(names, "streams"); i > 0 && i+1 < len(names) {
		return names[i+1]
	}
	return names[0]
}

func (x *tortured) short(path string) string {
	rest, err := filepath.Rel(x.dir, path)
	if err != nil {
		x.Fatal(err)
	}
	return rest
}

// anyFile draws a part of the ledger, and a file of it.
func (x *tortured) anyFile() string {
	x.Helper()
	parts := map[string][]string{}
	for _, path := range x.files(".") {
		if p := x.part(path); p != "inquiry" {
			parts[p] = append(parts[p], path)
		}
	}
	names := make([]string, 0, len(parts))
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	return drawnFrom(x.rng, parts[drawnFrom(x.rng, names)])
}

func drawnFrom[T any](rng *rand.Rand, all []T) T { return all[rng.IntN(len(all))] }

func (x *tortured) read(path string) []byte {
	x.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		x.Fatal(err)
	}
	return data
}

func (x *tortured) write(path string, data []byte) {
	x.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		x.Fatal(err)
	}
}

// flip changes one bit of a file.
func (x *tortured) flip(path string) string {
	x.Helper()
	data := x.read(path)
	at, bit := x.rng.IntN(len(data)), x.rng.IntN(8)
	data[at] ^= 1 << bit
	x.write(path, data)
	return fmt.Sprintf("bit %d of byte %d of %s (%d bytes)", bit, at, x.short(path), len(data))
}

// cut leaves some bytes of a file, or none.
func (x *tortured) cut(path string) string {
	x.Helper()
	data := x.read(path)
	n := x.rng.IntN(len(data))
	x.write(path, data[:n])
	return fmt.Sprintf("%d of %d bytes of %s", n, len(data), x.short(path))
}

// zero writes zeros over a part of a file.
func (x *tortured) zero(path string) string {
	x.Helper()
	data := x.read(path)
	at := x.rng.IntN(len(data)) / zeroedBytes * zeroedBytes
	clear(data[at:min(at+zeroedBytes, len(data))])
	x.write(path, data)
	return fmt.Sprintf("zeros from byte %d of %s (%d bytes)", at, x.short(path), len(data))
}

// drop deletes a file.
func (x *tortured) drop(path string) string {
	x.Helper()
	if err := os.Remove(path); err != nil {
		x.Fatal(err)
	}
	return "without " + x.short(path)
}

// exchange gives a file the content of another one of its part, and that one
// its own.
func (x *tortured) exchange(path string) string {
	x.Helper()
	others := slices.DeleteFunc(x.files("."), func(p string) bool { return p == path || x.part(p) != x.part(path) })
	if len(others) == 0 {
		return x.flip(path)
	}
	other := drawnFrom(x.rng, others)
	a, b := x.read(path), x.read(other)
	x.write(path, b)
	x.write(other, a)
	return fmt.Sprintf("%s and %s exchanged", x.short(path), x.short(other))
}

// mischief is one of all that can happen to one file; it belongs to part.
func (x *tortured) mischief() (what, part string) {
	x.Helper()
	path := x.anyFile()
	return drawnFrom(x.rng, []func(string) string{x.flip, x.flip, x.cut, x.zero, x.drop, x.exchange})(path), x.part(path)
}
