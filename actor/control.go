package actor

// control is an order to an actor. It is obeyed before the next message.
type control struct {
	do    order
	child *node // escalate: who failed
	err   error // escalate: with what
}

type order uint8

const (
	doStop     order = iota
	doResume         // after escalate
	doEscalate       // a child leaves its failure to this actor
	doOrphan         // the last child has ended
	doRenew          // the wait before a restart is over
)

// order gives the actor a control.
func (n *node) order(c control) {
	n.mu.Lock()
	if n.gone {
		n.mu.Unlock()
		return
	}
	n.controls = append(n.controls, c)
	n.urgent.Store(true)
	n.wake()
}

// lastOrder is a mark that stops the actor once it comes up.
type lastOrder struct{}

func (n *node) obey() {
	n.mu.Lock()
	orders := n.controls
	n.controls = nil
	n.urgent.Store(false)
	n.mu.Unlock()
	for _, c := range orders {
		switch c.do {
		case doStop:
			n.stop()
		case doResume:
			n.resumed()
		case doEscalate:
			n.escalated(c.child, c.err)
		case doOrphan:
			n.orphaned()
		case doRenew:
			if n.state == waiting {
				n.renewed()
			}
		}
	}
}
