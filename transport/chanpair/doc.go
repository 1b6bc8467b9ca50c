// Package chanpair carries frames between nodes of one process.
//
// It is a transport.Network without any I/O: an endpoint is a queue of the Switch
// and one goroutine that empties it into the Receiver. The goroutine ends when the
// endpoint is closed, so that nodes can run inside a testing/synctest bubble.
//
//	sw := transport.NewSwitch()
//	network := chanpair.New(sw)
//	a, err := network.Open("a", func(from transport.Address, payload []byte) { ... })
//
// What it promises is what package transport promises; faults are the Switch's.
package chanpair
