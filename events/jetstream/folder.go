package jetstream

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/minio/highwayhash"
	js "github.com/nats-io/nats.go/jetstream"
)

// Folder is a stream as it stands on the disk of an embedded server: read
// without the server, which changes what it opens. It cuts a block off at the
// first message that is not whole, and says nothing.
type Folder struct {
	Stream string
	Dir    string // STORE/jetstream/ACCOUNT/streams/STREAM
}

// Names of a stream's files, besides those of its blocks.
const (
	messagesDir  = "msgs"
	consumersDir = "obs"
	metaFile     = "meta.inf"
	metaSumFile  = "meta.sum"
	stateFile    = "o.dat"
)

// JournalFolder is the journal's, under a server's StoreDir.
func JournalFolder(store string) Folder { return folder(store, accountPrivate, JournalStream) }

// CheckpointFolder is that of the signed checkpoints.
func CheckpointFolder(store string) Folder { return folder(store, accountPrivate, CheckpointStream) }

// FeedFolder is that of the feed with a name; empty is FeedStream.
func FeedFolder(store, name string) Folder {
	return folder(store, accountFeed, Options{Feed: name}.withDefaults().Feed)
}

func folder(store, account, stream string) Folder {
	return Folder{Stream: stream, Dir: filepath.Join(store, "jetstream", account, "streams", stream)}
}

// fits tells that a subject can be of the stream.
func (f Folder) fits(subject []byte) bool {
	switch f.Stream {
	case CheckpointStream:
		return string(subject) == checkpointSubject
	case JournalStream:
		return strings.HasPrefix(string(subject), journalSubject)
	}
	return strings.HasPrefix(string(subject), strings.TrimSuffix(feedSubjects, ">"))
}

// Messages is the folder of the stream's messages alone: without its
// description, and without its consumers.
func (f Folder) Messages() string { return filepath.Join(f.Dir, messagesDir) }

// Exists tells that there is anything of the stream.
func (f Folder) Exists() bool {
	_, err := os.Stat(f.Dir)
	return !errors.Is(err, fs.ErrNotExist)
}

// Config reads the stream's description, and compares it with its checksum. A
// server leaves out a stream whose description is damaged, with all it has.
func (f Folder) Config() (js.StreamConfig, error) {
	var c js.StreamConfig
	text, err := described(f.Dir, f.Stream)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	return c, err
}

// described is the text of a description whose checksum is right.
func described(dir, name string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, metaFile))
	if err != nil {
		return nil, err
	}
	sum, err := os.ReadFile(filepath.Join(dir, metaSumFile))
	if err != nil {
		return nil, err
	}
	if h := hashOf(name, text); hex.EncodeToString(h[:]) != string(sum) {
		return nil, fmt.Errorf("%s: its checksum is another one", filepath.Join(dir, metaFile))
	}
	return text, nil
}

func hashOf(name string, data []byte) [highwayhash.Size64]byte {
	key := sha256.Sum256([]byte(name))
	h, _ := highwayhash.New64(key[:]) // the key has the right length
	h.Write(data)
	return [highwayhash.Size64]byte(h.Sum(nil))
}

// blockNumbers are those of the stream's blocks, in order.
func (f Folder) blockNumbers() ([]int, error) {
	files, err := os.ReadDir(f.Messages())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("block files: %w", err)
	}
	var all []int
	for _, file := range files {
		name, is := strings.CutSuffix(file.Name(), blockSuffix)
		if n, err := strconv.Atoi(name); is && err == nil {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all, nil
}

// Bytes is how much all blocks take.
func (f Folder) Bytes() (n int64) {
	numbers, _ := f.blockNumbers() // what cannot be listed is told by who reads it
	for _, b := range numbers {
		if info, err := os.Stat(f.block(b)); err == nil {
			n += info.Size()
		}
	}
	return n
}

func (f Folder) block(n int) string {
	return filepath.Join(f.Messages(), strconv.Itoa(n)+blockSuffix)
}
