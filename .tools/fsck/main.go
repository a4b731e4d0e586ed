// Fsck checks a log with Tessera's own code, which shares nothing with the
// ledger's. It is a module of its own, so that the ledger needs none of what
// Tessera does.
package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
)

// workers is how many tiles are fetched at a time.
const workers = 2

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: fsck URL|FOLDER VKEY")
		os.Exit(2)
	}
	if err := check(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "fsck:", err)
		os.Exit(1)
	}
	fmt.Println("fsck: ok")
}

// check reads the whole log, and compares checkpoint, entries and tiles.
func check(ctx context.Context, from, key string) error {
	v, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	log, err := fetcher(from)
	if err != nil {
		return err
	}
	return fsck.New(v.Name(), v, log, leaves, fsck.Opts{N: workers}).Check(ctx)
}

func fetcher(from string) (fsck.Fetcher, error) {
	if !strings.HasPrefix(from, "http") {
		return &client.FileFetcher{Root: from}, nil
	}
	at, err := url.Parse(from)
	if err != nil {
		return nil, err
	}
	return client.NewHTTPFetcher(at, nil)
}

// leaves are the hashes of a bundle of entries.
func leaves(bundle []byte) (all [][]byte, err error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	for _, e := range b.Entries {
		all = append(all, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return all, nil
}
