package soak_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/actor"
	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
	"github.com/7aca83c2/multinode/suites/internal/history"
)

// recorder keeps what happens on a node, in a file of its role, which outlives the node and
// its process.
type recorder struct {
	mu    sync.Mutex
	file  *os.File
	lives int
}

func newRecorder(node *Node) *recorder {
	file, err := os.OpenFile(recordOf(node), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	Expect(err).NotTo(HaveOccurred())
	return &recorder{file: file}
}

func recordOf(node *Node) string { return filepath.Join(node.Env().DataDir(), "history") }

// note records an event that happens now. What has an error is missed at the end.
func (r *recorder) note(e history.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.At = time.Now().UnixNano()
	_ = json.NewEncoder(r.file).Encode(e)
}

// nextLife returns the name of a life that begins on a node.
func (r *recorder) nextLife(node string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lives++
	return fmt.Sprintf("%s/%d", node, r.lives)
}

// watch records who is given up in the eyes of the node, and when it has ended itself.
func (r *recorder) watch(node *Node) {
	here := nameOf(node.Role(), node.Incarnation())
	actor.Subscribe(node.System(), func(e cluster.MemberDowned) {
		r.note(history.Event{Kind: history.GivenUp, Node: nameOf(string(e.Member.Address), e.Member.Incarnation), By: here})
	})
	actor.Subscribe(node.System(), func(cluster.Ended) { r.note(history.Event{Kind: history.Ended, Node: here}) })
}

// nameOf names a node in a history. The address of a role's node is the role.
func nameOf(role string, incarnation uint64) string { return fmt.Sprintf("%s#%d", role, incarnation) }

// most is how many events recorded returns at most: some hundred kilobytes.
const most = 5000

// page is a part of what a role has recorded, and where the next one begins.
type page struct {
	Events []history.Event
	Next   int64
}

// recorded returns what a role has recorded, from a place in its file on.
var recorded = Command(func(_ context.Context, node *Node, from int64) (page, error) {
	file, err := os.Open(recordOf(node))
	if err != nil {
		return page{}, err
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return page{}, err
	}
	var p page
	lines := json.NewDecoder(file)
	for len(p.Events) < most {
		var e history.Event
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return page{}, err
		}
		p.Events = append(p.Events, e)
	}
	p.Next = from + lines.InputOffset()
	return p, nil
})

// collect returns what all roles have recorded.
func collect(ctx context.Context, cluster *Cluster) (events []history.Event) {
	GinkgoHelper()
	for _, role := range cluster.Roles() {
		for from := int64(0); ; {
			part, err := recorded.On(ctx, cluster.Node(role), from)
			Expect(err).NotTo(HaveOccurred())
			events = append(events, part.Events...)
			if from = part.Next; len(part.Events) < most {
				break
			}
		}
	}
	return events
}
