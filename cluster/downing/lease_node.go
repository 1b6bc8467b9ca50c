package downing

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/transport"
)

// leaseNode is LeaseMajority on one node. It asks in a goroutine, which ends with the
// node or with its timeout.
type leaseNode struct {
	leaseMajority
	ctx     context.Context
	owner   string
	inquiry *inquiry // the last one
}

// inquiry is a question for the lease.
type inquiry struct {
	about  string // the view
	began  time.Time
	cancel func()

	mu     sync.Mutex
	answer answer
}

// Decide implements cluster.Downing.
func (n *leaseNode) Decide(s cluster.Situation) []transport.Address {
	about := describe(s.View)
	q := n.inquiry
	if q != nil && q.about != about {
		q.cancel()
		n.inquiry, q = nil, nil
	}
	down, ask := n.decide(s, n.known(q))
	if ask && q == nil {
		n.inquiry = n.ask(about)
	}
	return down
}

// known returns what the inquiry has found out. A lease that was granted long ago may be
// somebody else's by now, if this process did not get to run meanwhile.
func (n *leaseNode) known(q *inquiry) answer {
	if q == nil || time.Since(q.began) > n.timeout {
		return unknown
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.answer
}

func (n *leaseNode) ask(about string) *inquiry {
	ctx, cancel := context.WithTimeout(n.ctx, n.timeout)
	q := &inquiry{about: about, began: time.Now(), cancel: cancel}
	go func() {
		defer cancel()
		n.acquire(ctx, q)
	}()
	return q
}

// retries is how often an inquiry asks within its timeout if there is no answer.
const retries = 20

// acquire asks until there is an answer.
func (n *leaseNode) acquire(ctx context.Context, q *inquiry) {
	for ctx.Err() == nil {
		held, err := n.lease.Acquire(ctx, n.owner)
		if err == nil {
			q.set(held)
			return
		}
		pause := time.NewTimer(n.timeout / retries)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
}

func (q *inquiry) set(held bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.answer = denied
	if held {
		q.answer = granted
	}
}

// describe tells a view from others on which the policy would not decide the same.
func describe(v cluster.View) string {
	var b strings.Builder
	for _, m := range v.Members {
		fmt.Fprintf(&b, "%s#%d; ", m, m.Incarnation)
	}
	return b.String()
}
