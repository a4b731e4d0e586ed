// Publicdomains writes the list of public e-mail domains anew: the npm package
// free-email-domains, without what not.txt names and without public suffixes
// (a company may well have a name under one), and with what also.txt names.
// Run it from the project's folder:
//
//	go run ./.tools/publicdomains
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

const (
	source = "free-email-domains"
	folder = "aggregates/publicdomain"
	// leastDomains guards against a package that was emptied.
	leastDomains = 5_000
	// maxFileBytes is the most of one file of the package that is read.
	maxFileBytes = 16 << 20
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	version, domains, license, err := fetch()
	if err != nil {
		return err
	}
	not, err := lines("not.txt")
	if err != nil {
		return err
	}
	also, err := lines("also.txt")
	if err != nil {
		return err
	}
	list := merge(domains, not, also)
	if len(list) < leastDomains {
		return fmt.Errorf("%s %s has %d usable domains, expected %d or more: nothing written", source, version, len(list), leastDomains)
	}
	head := fmt.Sprintf("# Public e-mail domains: npm %s %s (MIT), less not.txt, more also.txt; %d domains.\n", source, version, len(list))
	text := head + strings.Join(list, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(folder, "domains.txt"), []byte(text), 0o644); err != nil {
		return err
	}
	log.Printf("%s %s: %d domains", source, version, len(list))
	return os.WriteFile(filepath.Join(folder, source+".LICENSE"), license, 0o644)
}

// merge puts all in the form in which they are looked up, sorted, once each.
func merge(domains, not, also []string) []string {
	var list []string
	for _, d := range append(domains, also...) {
		d, err := idna.Lookup.ToASCII(strings.ToLower(strings.TrimSpace(d)))
		suffix, _ := publicsuffix.PublicSuffix(d)
		if err != nil || !strings.Contains(d, ".") || suffix == d || slices.Contains(not, d) {
			continue
		}
		list = append(list, d)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// lines reads one of our own lists; lines that begin with # are comments.
func lines(name string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(folder, name))
	var list []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			list = append(list, line)
		}
	}
	return list, err
}

// fetch has npm bring the newest package, and reads it without unpacking.
func fetch() (version string, domains []string, license []byte, err error) {
	dir, err := os.MkdirTemp("", source)
	if err != nil {
		return "", nil, nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", source+"@latest")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", nil, nil, fmt.Errorf("npm pack %s: %w", source, err)
	}
	packed, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(out))))
	if err != nil {
		return "", nil, nil, err
	}
	files, err := unpack(packed)
	if err != nil {
		return "", nil, nil, err
	}
	var about struct{ Version, License string }
	if err := json.Unmarshal(files["package/package.json"], &about); err != nil {
		return "", nil, nil, err
	}
	if about.License != "MIT" {
		return "", nil, nil, fmt.Errorf("%s %s has the licence %q now: look at it", source, about.Version, about.License)
	}
	err = json.Unmarshal(files["package/domains.json"], &domains)
	return about.Version, domains, files["package/LICENSE.md"], err
}

func unpack(packed []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[h.Name], err = io.ReadAll(io.LimitReader(t, maxFileBytes)); err != nil {
			return nil, err
		}
	}
}
