// Package gossip is a service that finds its peers with hashicorp/memberlist, and an
// example of how a library is tested that takes its transport as an interface: packets for
// its probes and its gossip, streams for what has to arrive.
//
// transport.go is that transport, on a net.PacketConn and a net.Listener: the one piece of
// code that the service needs to run in a spec. memberlist itself is not changed.
//
// The specs, in partition_test.go, ask memberlist who is alive, through a method that the
// harness's own matchers understand.
package gossip
