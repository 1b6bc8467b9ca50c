package raftkv_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/examples/raftkv"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// operation is what a client wants.
type operation struct {
	Write      bool
	Key, Value string
}

// outcome is what it gets. Unknown means that it may have been done, or may be done later.
type outcome struct {
	Value           string
	Failed, Unknown bool
}

var perform = Command(func(_ context.Context, node *Node, o operation) (outcome, error) {
	store := node.Instance().(*raftkv.Node)
	var value string
	var err error
	if o.Write {
		err = store.Put(o.Key, o.Value)
	} else {
		value, err = store.Get(o.Key)
	}
	return outcome{Value: value, Failed: err != nil, Unknown: errors.Is(err, raftkv.ErrUnknown)}, nil
})

// history is what all clients have done, and seen.
type history struct {
	mu    sync.Mutex
	start time.Time
	all   []porcupine.Operation
}

// era is how long the clients stay with their keys.
const era = 500 * time.Millisecond

// client does one thing after another at nodes that it draws, until ctx ends. It moves on
// to new keys after a while, which keeps the question for porcupine small.
func (h *history) client(ctx context.Context, cluster *Cluster, number int) {
	random := rand.New(rand.NewPCG(cluster.Seed(), uint64(number)))
	roles := cluster.Roles()
	for n := 0; ctx.Err() == nil; n++ {
		now := int(time.Since(h.start) / era)
		o := operation{
			Write: random.IntN(2) == 0, Key: fmt.Sprintf("key %d.%d", now, random.IntN(2)), Value: fmt.Sprintf("%d.%d", number, n),
		}
		if !o.Write {
			o.Value = ""
		}
		called := time.Since(h.start)
		got, err := perform.On(ctx, cluster.Node(roles[random.IntN(len(roles))]), o)
		if err != nil { // its node has crashed, or the spec is over
			got = outcome{Failed: true, Unknown: true}
		}
		h.note(number, o, called, got)
		select {
		case <-time.After(time.Duration(random.IntN(5)) * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// note keeps an operation, unless it has told nothing and done nothing.
func (h *history) note(client int, o operation, called time.Duration, got outcome) {
	returned := int64(time.Since(h.start))
	switch {
	case got.Failed && (!got.Unknown || !o.Write):
		return
	case got.Failed:
		returned = math.MaxInt64
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, porcupine.Operation{ClientId: client, Input: o, Call: int64(called), Output: got, Return: returned})
}

// register is one key of a store as it should be.
var register = porcupine.Model{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
		at := map[string]int{}
		var parts [][]porcupine.Operation
		for _, o := range all {
			key := o.Input.(operation).Key
			i, known := at[key]
			if !known {
				i = len(parts)
				at[key] = i
				parts = append(parts, nil)
			}
			parts[i] = append(parts[i], o)
		}
		return parts
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		if o := input.(operation); o.Write {
			return true, o.Value
		}
		return output.(outcome).Value == state, state
	},
	DescribeOperation: func(input, output any) string {
		o, got := input.(operation), output.(outcome)
		switch {
		case o.Write && got.Unknown:
			return fmt.Sprintf("put %s, unknown", o.Value)
		case o.Write:
			return "put " + o.Value
		}
		return fmt.Sprintf("get: %q", got.Value)
	},
}

// known returns the history without the writes of unknown outcome that nobody has read:
// they may as well have been done last, and each would double what porcupine has to try.
func (h *history) known() []porcupine.Operation {
	h.mu.Lock()
	defer h.mu.Unlock()
	read := map[string]bool{}
	for _, o := range h.all {
		if !o.Input.(operation).Write {
			read[o.Output.(outcome).Value] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(h.all), func(o porcupine.Operation) bool {
		return o.Output.(outcome).Unknown && !read[o.Input.(operation).Value]
	})
}

// isLinearizable asks porcupine. It returns an error if that does not come to an end.
func (h *history) isLinearizable() (bool, error) {
	result := porcupine.CheckOperationsTimeout(register, h.known(), time.Minute)
	if result == porcupine.Unknown {
		return false, errors.New("porcupine did not come to an end within a minute")
	}
	return result == porcupine.Ok, nil
}

// draw leaves a picture of the history where the spec's report says.
func (h *history) draw() {
	GinkgoHelper()
	_, info := porcupine.CheckOperationsVerbose(register, h.known(), time.Minute)
	picture := filepath.Join(os.TempDir(), fmt.Sprintf("raftkv-%d.html", os.Getpid()))
	Expect(porcupine.VisualizePath(register, info, picture)).To(Succeed())
	AddReportEntry("the history is drawn in", picture, ReportEntryVisibilityFailureOrVerbose)
}
