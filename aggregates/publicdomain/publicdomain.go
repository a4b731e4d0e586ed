// Package publicdomain knows the e-mail domains that anyone can have an
// address in, and that therefore belong to no organisation (ACC-8, SUB-3,
// CNV-3). The list is domains.txt: thousands of domains from a maintained
// source, brought up to date by `make public-domains`, with our own additions
// (also.txt) and exceptions (not.txt).
package publicdomain

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"
	"sync"

	"github.com/seatledger/seatledger/aggregates/rule"
)

//go:embed domains.txt
var file string

// listed is the set of domains, made when first asked for.
var listed = sync.OnceValue(func() map[string]struct{} {
	set := make(map[string]struct{}, strings.Count(file, "\n"))
	for line := range strings.Lines(file) {
		if d := strings.TrimSpace(line); d != "" && d[0] != '#' {
			set[d] = struct{}{}
		}
	}
	return set
})

// Version tells lists apart. What is folded with one list may differ from what
// is folded with another.
var Version = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(file))
	return hex.EncodeToString(sum[:8])
})

// Is reports that a domain, or one that it is a part of, is public:
// "gmail.com", "mail.gmail.com" and "GMAIL.COM." alike. Domains may be written
// in any script.
func Is(domain string) bool {
	d, set := rule.ASCIIDomain(domain), listed()
	for strings.Contains(d, ".") {
		if _, ok := set[d]; ok {
			return true
		}
		_, d, _ = strings.Cut(d, ".")
	}
	return false
}
