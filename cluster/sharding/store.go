package sharding

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Store keeps which entities there are, for WithRemember. All nodes must see the same.
// It is called by several goroutines, for one shard by one at a time, as long as the
// cluster is not split. The calls may take time: only the shard waits.
type Store interface {
	// Shards returns the shards of the type that have entities.
	Shards(typeName string) ([]string, error)
	// Entities returns the ids of a shard, in any order.
	Entities(typeName, shard string) ([]string, error)
	// Remember adds an id. Adding it again is no error.
	Remember(typeName, shard, id string) error
	// Forget takes an id out. Taking out what is not there is no error.
	Forget(typeName, shard, id string) error
}

// NewMemoryStore returns a Store for nodes that live in one process.
func NewMemoryStore() Store { return &memoryStore{ids: map[[2]string]map[string]bool{}} }

type memoryStore struct {
	mu  sync.Mutex
	ids map[[2]string]map[string]bool
}

func (s *memoryStore) Shards(typeName string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var shards []string
	for key, ids := range s.ids {
		if key[0] == typeName && len(ids) > 0 {
			shards = append(shards, key[1])
		}
	}
	slices.Sort(shards)
	return shards, nil
}

func (s *memoryStore) Entities(typeName, shard string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.ids[[2]string{typeName, shard}])), nil
}

func (s *memoryStore) Remember(typeName, shard, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := [2]string{typeName, shard}
	if s.ids[key] == nil {
		s.ids[key] = map[string]bool{}
	}
	s.ids[key][id] = true
	return nil
}

func (s *memoryStore) Forget(typeName, shard, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ids[[2]string{typeName, shard}], id)
	return nil
}

// NewDiskStore returns a Store that keeps a file for each shard in a folder, which all
// nodes share. A file is a list of what was added and taken out, a line each. It is
// written when Remember returns, and outlives the process, but is not synced to the
// disk: who needs it to outlive a power cut brings another Store.
func NewDiskStore(folder string) (Store, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, fmt.Errorf("sharding: disk store: %w", err)
	}
	return &diskStore{folder}, nil
}

type diskStore struct{ folder string }

func (s *diskStore) folderOf(typeName string) string {
	return filepath.Join(s.folder, url.QueryEscape(typeName)+".shards") // which is never ".."
}

func (s *diskStore) file(typeName, shard string) string {
	return filepath.Join(s.folderOf(typeName), url.QueryEscape(shard)+".ids")
}

func (s *diskStore) Shards(typeName string) ([]string, error) {
	files, err := os.ReadDir(s.folderOf(typeName))
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("sharding: disk store: %w", err)
	}
	var shards []string
	for _, file := range files {
		shard, err := url.QueryUnescape(strings.TrimSuffix(file.Name(), ".ids"))
		if err != nil {
			return nil, fmt.Errorf("sharding: disk store: %s: %w", file.Name(), err)
		}
		ids, _, err := s.read(s.file(typeName, shard)) // somebody may be writing it
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			shards = append(shards, shard)
		}
	}
	return shards, nil
}

func (s *diskStore) Entities(typeName, shard string) ([]string, error) {
	file := s.file(typeName, shard)
	ids, whole, err := s.read(file)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(file); err == nil && info.Size() > whole {
		if err := os.Truncate(file, whole); err != nil { // what a crash has cut off
			return nil, fmt.Errorf("sharding: disk store: %w", err)
		}
	}
	return slices.Sorted(maps.Keys(ids)), nil
}

// read returns the ids in a file, and the bytes of its whole lines. A last line may have
// been cut off by a crash, before Remember returned.
func (s *diskStore) read(file string) (ids map[string]bool, whole int64, err error) {
	f, err := os.Open(file)
	switch {
	case os.IsNotExist(err):
		return nil, 0, nil
	case err != nil:
		return nil, 0, fmt.Errorf("sharding: disk store: %w", err)
	}
	defer func() { _ = f.Close() }()
	ids = map[string]bool{}
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return ids, whole, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("sharding: disk store: %w", err)
		}
		whole += int64(len(line))
		id, err := url.QueryUnescape(strings.TrimSpace(line[1:]))
		if err != nil {
			return nil, 0, fmt.Errorf("sharding: disk store: %s: %q: %w", f.Name(), line, err)
		}
		switch line[0] {
		case '+':
			ids[id] = true
		case '-':
			delete(ids, id)
		}
	}
}

func (s *diskStore) Remember(typeName, shard, id string) error {
	return s.append(typeName, shard, "+"+url.QueryEscape(id)+"\n")
}

func (s *diskStore) Forget(typeName, shard, id string) error {
	return s.append(typeName, shard, "-"+url.QueryEscape(id)+"\n")
}

func (s *diskStore) append(typeName, shard, line string) error {
	file := s.file(typeName, shard)
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if os.IsNotExist(err) {
		if err = os.MkdirAll(filepath.Dir(file), fs.ModePerm); err == nil {
			f, err = os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		}
	}
	if err != nil {
		return fmt.Errorf("sharding: disk store: %w", err)
	}
	_, err = f.WriteString(line)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("sharding: disk store: %w", err)
	}
	return nil
}
