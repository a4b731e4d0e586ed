package jetstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Place is a durable consumer as its server keeps it: what it was made with,
// and how far it has come. The server keeps no checksum of the latter.
type Place struct {
	Consumer string `json:"consumer"`
	Meta     []byte `json:"meta"`
	MetaSum  []byte `json:"meta_sum"`
	State    []byte `json:"state"` // nil before anything was delivered
}

// Places reads the stream's durable consumers. Those whose description is
// damaged, or being written, are named in damaged.
func (f Folder) Places() (whole []Place, damaged []string, err error) {
	dirs, err := os.ReadDir(filepath.Join(f.Dir, consumersDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	for _, d := range dirs {
		p, durable, err := f.place(d.Name())
		switch {
		case err != nil:
			damaged = append(damaged, d.Name())
		case durable:
			whole = append(whole, p)
		}
	}
	return whole, damaged, err
}

func (f Folder) place(name string) (p Place, durable bool, err error) {
	dir := f.consumer(name)
	p.Consumer = name
	if p.Meta, err = described(dir, f.Stream+"/"+name); err != nil {
		return p, false, err
	}
	if p.MetaSum, err = os.ReadFile(filepath.Join(dir, metaSumFile)); err != nil {
		return p, false, err
	}
	var of struct {
		Durable string `json:"durable_name"`
	}
	if err := json.Unmarshal(p.Meta, &of); err != nil {
		return p, false, err
	}
	p.State, err = os.ReadFile(filepath.Join(dir, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return p, of.Durable != "", err
}

// DropPlace removes a consumer from the stream's folder. The server does not run.
func (f Folder) DropPlace(name string) error { return os.RemoveAll(f.consumer(name)) }

func (f Folder) consumer(name string) string { return filepath.Join(f.Dir, consumersDir, name) }

// PutPlace writes a consumer into the stream's folder, durably. The server does
// not run.
func (f Folder) PutPlace(p Place) error {
	if p.Consumer == "" || p.Consumer != filepath.Base(p.Consumer) || p.Consumer == ".." {
		return fmt.Errorf("no consumer is called %q", p.Consumer)
	}
	dir := f.consumer(p.Consumer)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o750)); err != nil {
		return err
	}
	for name, data := range map[string][]byte{metaFile: p.Meta, metaSumFile: p.MetaSum, stateFile: p.State} {
		if data == nil {
			continue
		}
		if err := writeSynced(filepath.Join(dir, name), data, os.O_CREATE|os.O_TRUNC); err != nil {
			return err
		}
	}
	return errors.Join(syncPath(dir), syncPath(filepath.Dir(dir)))
}
