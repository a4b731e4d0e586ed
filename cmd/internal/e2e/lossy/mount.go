package lossy

import (
	"context"
	"math/rand/v2"
	"sync"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

const (
	// cached is how long the kernel need not ask again: nobody else changes
	// what is there.
	cached = time.Hour
	// writeBytes is the largest write that the kernel passes on.
	writeBytes = 1 << 20
	// unmountTries and unmountPause: how often, and how far apart.
	unmountTries = 200
	unmountPause = 50 * time.Millisecond
	// spaceBlocks is how much space is told to be free.
	spaceBlocks = 1 << 24
)

type mount struct {
	server *fuse.Server
	dir    string
}

// Mount makes an empty disk and mounts it on a folder. It needs root.
func Mount(dir string) (*Disk, error) {
	d := &Disk{}
	d.root = d.newNode(true, 0o700)
	return d, d.mount(dir)
}

func (d *Disk) mount(dir string) error {
	timeout := cached
	server, err := fs.Mount(dir, &file{d: d, n: d.root}, &fs.Options{
		EntryTimeout: &timeout, AttrTimeout: &timeout,
		MountOptions: fuse.MountOptions{
			Name: "lossy", FsName: "lossy", DirectMountStrict: true, MaxWrite: writeBytes, DisableXAttrs: true,
		},
	})
	if err != nil {
		return err
	}
	d.mounted = &mount{server, dir}
	return nil
}

// Unmount takes the disk off its folder. Nobody uses it any more; the kernel may
// take a moment to see that of a process that was killed.
func (d *Disk) Unmount() error {
	if d.mounted == nil {
		return nil
	}
	err := d.mounted.server.Unmount()
	for tries := 0; err != nil && tries < unmountTries; tries++ {
		time.Sleep(unmountPause)
		err = d.mounted.server.Unmount()
	}
	if err == nil {
		d.mounted = nil
	}
	return err
}

// Cut is a loss of power, and its return: percent is the chance of each part of
// what was not fsynced to survive. Nobody uses the disk meanwhile.
func (d *Disk) Cut(percent int, rng *rand.Rand) error {
	dir := d.mounted.dir
	if err := d.Unmount(); err != nil {
		return err
	}
	d.mu.Lock()
	d.lose(percent, rng)
	d.mu.Unlock()
	return d.mount(dir)
}

// file is what the kernel knows of a node.
type file struct {
	fs.Inode
	d *Disk
	n *node
}

var (
	_ fs.NodeLookuper  = (*file)(nil)
	_ fs.NodeGetattrer = (*file)(nil)
	_ fs.NodeSetattrer = (*file)(nil)
	_ fs.NodeCreater   = (*file)(nil)
	_ fs.NodeMkdirer   = (*file)(nil)
	_ fs.NodeUnlinker  = (*file)(nil)
	_ fs.NodeRmdirer   = (*file)(nil)
	_ fs.NodeRenamer   = (*file)(nil)
	_ fs.NodeLinker    = (*file)(nil)
	_ fs.NodeReaddirer = (*file)(nil)
	_ fs.NodeOpener    = (*file)(nil)
	_ fs.NodeReader    = (*file)(nil)
	_ fs.NodeWriter    = (*file)(nil)
	_ fs.NodeFsyncer   = (*file)(nil)
	_ fs.NodeAllocater = (*file)(nil)
	_ fs.NodeStatfser  = (*file)(nil)
)

// hold takes the disk's lock, and gives it back.
func (f *file) hold() *sync.Mutex {
	f.d.mu.Lock()
	return &f.d.mu
}

func (n *node) attr(out *fuse.Attr) {
	out.Ino, out.Mode, out.Size, out.Blksize, out.Nlink = n.number, n.mode|n.kind(), uint64(len(n.data)), blockBytes, 1
	out.Blocks = (out.Size + 511) / 512
	out.SetTimes(&n.modified, &n.modified, &n.modified)
}

func (n *node) kind() uint32 {
	if n.folder {
		return fuse.S_IFDIR
	}
	return fuse.S_IFREG
}

// shown is a node as the kernel gets it.
func (f *file) shown(ctx context.Context, n *node, out *fuse.EntryOut) *fs.Inode {
	n.attr(&out.Attr)
	return f.NewInode(ctx, &file{d: f.d, n: n}, fs.StableAttr{Mode: n.kind(), Ino: n.number})
}

// Lookup finds a name.
func (f *file) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	defer f.hold().Unlock()
	n := f.n.names[name]
	if n == nil {
		return nil, syscall.ENOENT
	}
	return f.shown(ctx, n, out), 0
}

// Getattr tells size and mode.
func (f *file) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	defer f.hold().Unlock()
	f.n.attr(&out.Attr)
	return 0
}

// Setattr changes size and mode. A mode is durable at once.
func (f *file) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	defer f.hold().Unlock()
	if mode, ok := in.GetMode(); ok {
		f.n.mode = mode & 0o7777
	}
	if size, ok := in.GetSize(); ok {
		f.n.resize(int(size))
	}
	f.n.attr(&out.Attr)
	return 0
}

// Create makes a file.
func (f *file) Create(ctx context.Context, name string, _, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	defer f.hold().Unlock()
	if f.n.names[name] != nil {
		return nil, nil, 0, syscall.EEXIST
	}
	n := f.d.newNode(false, mode)
	f.d.do(change{{f.n, name, n}})
	return f.shown(ctx, n, out), nil, 0, 0
}

// Mkdir makes a folder.
func (f *file) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	defer f.hold().Unlock()
	if f.n.names[name] != nil {
		return nil, syscall.EEXIST
	}
	n := f.d.newNode(true, mode)
	f.d.do(change{{f.n, name, n}})
	return f.shown(ctx, n, out), 0
}

// Unlink removes a file's name.
func (f *file) Unlink(_ context.Context, name string) syscall.Errno {
	defer f.hold().Unlock()
	if f.n.names[name] == nil {
		return syscall.ENOENT
	}
	f.d.do(change{{f.n, name, nil}})
	return 0
}

// Rmdir removes an empty folder.
func (f *file) Rmdir(_ context.Context, name string) syscall.Errno {
	defer f.hold().Unlock()
	n := f.n.names[name]
	if n == nil {
		return syscall.ENOENT
	}
	if err := n.empty(); err != 0 {
		return err
	}
	f.d.do(change{{f.n, name, nil}})
	return 0
}

// Rename moves a name, over another one perhaps.
func (f *file) Rename(_ context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	defer f.hold().Unlock()
	into, n := to.(*file).n, f.n.names[name]
	over := into.names[newName]
	switch {
	case n == nil:
		return syscall.ENOENT
	case flags&fs.RENAME_EXCHANGE != 0:
		return syscall.EINVAL
	case flags != 0 && over != nil: // RENAME_NOREPLACE
		return syscall.EEXIST
	case over != nil && over.folder && over.empty() != 0:
		return over.empty()
	}
	f.d.do(change{{f.n, name, nil}, {into, newName, n}})
	return 0
}

// Link gives a file a name more.
func (f *file) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	defer f.hold().Unlock()
	if f.n.names[name] != nil {
		return nil, syscall.EEXIST
	}
	n := target.(*file).n
	f.d.do(change{{f.n, name, n}})
	return f.shown(ctx, n, out), 0
}

// Readdir lists a folder.
func (f *file) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	defer f.hold().Unlock()
	var all []fuse.DirEntry
	for _, name := range sortedNames(f.n.names) {
		n := f.n.names[name]
		all = append(all, fuse.DirEntry{Name: name, Mode: n.kind(), Ino: n.number})
	}
	return fs.NewListDirStream(all), 0
}

// Open opens a file; all is known of it by its node.
func (f *file) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	defer f.hold().Unlock()
	if flags&syscall.O_TRUNC != 0 {
		f.n.resize(0)
	}
	return nil, fuse.FOPEN_KEEP_CACHE, 0
}

// Read reads what was written, durable or not.
func (f *file) Read(_ context.Context, _ fs.FileHandle, dest []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	defer f.hold().Unlock()
	if at >= int64(len(f.n.data)) {
		return fuse.ReadResultData(nil), 0
	}
	return fuse.ReadResultData(dest[:copy(dest, f.n.data[at:])]), 0
}

// Write writes what may be lost.
func (f *file) Write(_ context.Context, _ fs.FileHandle, b []byte, at int64) (uint32, syscall.Errno) {
	defer f.hold().Unlock()
	f.n.write(b, at)
	return uint32(len(b)), 0
}

// Fsync makes a file's content durable, or the names in a folder.
func (f *file) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	defer f.hold().Unlock()
	if f.n.folder {
		f.d.syncFolder(f.n)
	} else {
		f.n.syncFile()
	}
	return 0
}

// Allocate reserves space, of which there is enough.
func (f *file) Allocate(_ context.Context, _ fs.FileHandle, at, size uint64, mode uint32) syscall.Errno {
	const keepSize = 1 // FALLOC_FL_KEEP_SIZE
	defer f.hold().Unlock()
	switch {
	case mode&^keepSize != 0:
		return syscall.EOPNOTSUPP
	case mode == 0 && int(at+size) > len(f.n.data):
		f.n.resize(int(at + size))
	}
	return 0
}

// Statfs tells of much space.
func (f *file) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	*out = fuse.StatfsOut{Blocks: spaceBlocks, Bfree: spaceBlocks, Bavail: spaceBlocks, Bsize: blockBytes, Frsize: blockBytes, NameLen: 255}
	return 0
}
