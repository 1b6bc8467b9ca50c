package raftkv

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"sync"

	"github.com/hashicorp/raft"
)

// command is an entry of the log. Reads are entries too, and so in order with the writes.
type command struct {
	Key, Value string
	Write      bool
}

// data is what the entries add up to.
type data struct {
	mu     sync.Mutex
	values map[string]string
}

var _ raft.FSM = (*data)(nil)

func newData() *data { return &data{values: map[string]string{}} }

func (d *data) get(key string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.values[key]
}

// Apply implements raft.FSM; it returns the value of the command's key.
func (d *data) Apply(entry *raft.Log) any {
	var c command
	if err := json.Unmarshal(entry.Data, &c); err != nil {
		panic(fmt.Sprintf("entry %d: %v", entry.Index, err)) // it was this package that wrote it
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.Write {
		d.values[c.Key] = c.Value
	}
	return d.values[c.Key]
}

// Snapshot implements raft.FSM.
func (d *data) Snapshot() (raft.FSMSnapshot, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return snapshot(maps.Clone(d.values)), nil
}

// Restore implements raft.FSM.
func (d *data) Restore(from io.ReadCloser) error {
	values := map[string]string{}
	if err := json.NewDecoder(from).Decode(&values); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.values = values
	return from.Close()
}

type snapshot map[string]string

// Persist implements raft.FSMSnapshot.
func (s snapshot) Persist(to raft.SnapshotSink) error {
	if err := json.NewEncoder(to).Encode(s); err != nil {
		_ = to.Cancel() // the first error counts
		return err
	}
	return to.Close()
}

// Release implements raft.FSMSnapshot.
func (s snapshot) Release() {}
