package mnginkgo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/7aca83c2/multinode/cluster"
	"github.com/7aca83c2/multinode/cluster/lease"
	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/mnginkgo/internal/seat"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// BootFunc starts what runs on a role and returns it. It should return once the
// node can be reached, not wait for others. Its context ends after boot-timeout of
// ginkgo.yml, else 30 s, or when the spec does not want the boot any longer; what it starts
// outlives that context.
//
// What it returns may have any of the methods of MemberLister, LeaderTeller,
// Converger, Ender, SingletonLister, ShardLister, SubscriberLister, Leaver, Stopper
// and Crasher.
type BootFunc func(ctx context.Context, env *Env) (Instance, error)

// Instance is whatever runs on a role.
type Instance any

// Leaver leaves its cluster in good order. Leave returns when the others have let
// it go.
type Leaver interface {
	Leave(ctx context.Context) error
}

// Stopper ends an instance when its spec is over. Those of all roles stop at the same time,
// and none leaves the network before the last one has stopped: one may wait for what another
// says last.
type Stopper interface {
	Stop(ctx context.Context) error
}

// Crasher ends an instance at once and without a word to anyone. Its endpoints are
// closed before. Without it, Crash uses Stop.
type Crasher interface{ Crash() }

// actorOptions are those of the nodes that DefaultBoot starts.
type actorOptions struct {
	seeds   []string // nil for the first role
	cluster []cluster.Option
	downing func(*Env) cluster.Downing
}

// Env is what a BootFunc is given.
type Env struct {
	Role        string
	Roles       []string          // all roles of the spec, in the order of MultiNode
	Incarnation uint64            // 1 for the first node of the role, 2 after Restart...
	Address     transport.Address // of the node on the network
	Network     *Network
	Log         *slog.Logger // goes to the spec's report, marked with the role
	Clock       *Clock       // see Cluster.SkewClock
	Rand        *rand.Rand   // seeded by the run, the role and the incarnation
	Data        any          // what Data gave for this role, or nil

	roles     names.Roles
	actors    actorOptions
	later     func(name string, run func()) // for actor.WithTurns; nil in real time
	node      *seat.Node
	defaulted bool // DefaultBoot has been called
}

// AddressOf returns the address of a role's node on the network.
func (e *Env) AddressOf(role string) transport.Address { return e.roles.Address(role) }

// DataDir returns the path of a folder for what the role's node keeps on disk. It is
// empty when the role's first node starts, still there with all that is in it for the
// next one, and removed when the spec is over. Each role of each spec has its own; it is
// made when it is first asked for. With keep-data of ginkgo.yml it stays, and the report
// says where.
func (e *Env) DataDir() string {
	dir, err := e.node.DataDir()
	if err != nil {
		failHere(fmt.Sprintf("DataDir: %v", err))
	}
	return dir
}

// Lease returns the spec's lease of that name, the same for the nodes of all roles,
// whatever processes they run in. It is held for ttl after it was last acquired. It does
// not travel on the network: no cut keeps a node from it. Each spec starts with none held.
func (e *Env) Lease(name string, ttl time.Duration) lease.Lease {
	return stagedLease{e.node.Stage, stage.Lease{Name: name, TTL: ttl}}
}

type stagedLease struct {
	backstage stage.Backstage
	lease     stage.Lease
}

func (l stagedLease) Acquire(ctx context.Context, owner string) (bool, error) {
	l.lease.Owner = owner
	return stage.Acquire.Ask(ctx, l.backstage, l.lease)
}

func (l stagedLease) Release(ctx context.Context, owner string) error {
	l.lease.Owner = owner
	return stage.Release.Tell(ctx, l.backstage, l.lease)
}

// Clock is a role's clock: the machine's, plus what SkewClock has set. Code that is to be
// tested with clocks that differ takes the time from Env.Clock.
type Clock struct{ skew atomic.Int64 }

// Now returns the time. It has no monotonic part, and so jumps when the skew changes.
func (c *Clock) Now() time.Time { return time.Now().Round(0).Add(time.Duration(c.skew.Load())) }

// Since returns how much time has passed since t, by this clock.
func (c *Clock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// Network is the network as one node sees it, in either of two ways. Open sends and
// receives frames. The others do what package net does, with a role in place of a host:
// "b:80" is port 80 of role b, ":80" or "localhost:80" one of the node's own, and there
// are no others. Their connections keep order and lose nothing, and feel cuts as TCP does;
// see package netconn. All of it passes the Switch, in all variants, and ends with the
// node. Addresses are of package netconn's type, unless the roles have IPAddresses.
type Network struct{ net *seat.Network }

var _ transport.Network = (*Network)(nil)

// withStack does something with the stack of a node, if it is there.
func withStack[R any](n *Network, do func(*netconn.Stack) (R, error)) (result R, err error) {
	stack, err := n.net.Stack()
	if err != nil {
		return result, err
	}
	return do(stack)
}

// Open implements transport.Network; after a crash it returns net.ErrClosed.
func (n *Network) Open(address transport.Address, receive transport.Receiver) (transport.Endpoint, error) {
	return n.net.Open(address, receive)
}

// Listen is net.Listen for "tcp".
func (n *Network) Listen(network, address string) (net.Listener, error) {
	return withStack(n, func(s *netconn.Stack) (net.Listener, error) { return s.Listen(network, address) })
}

// Dial is net.Dial for "tcp" and "udp".
func (n *Network) Dial(network, address string) (net.Conn, error) {
	return n.DialContext(context.Background(), network, address)
}

// DialContext is net.Dialer's for "tcp" and "udp". A net.Resolver can use it to
// ask a name server that runs on a role.
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return withStack(n, func(s *netconn.Stack) (net.Conn, error) { return s.DialContext(ctx, network, address) })
}

// ListenPacket is net.ListenPacket for "udp".
func (n *Network) ListenPacket(network, address string) (net.PacketConn, error) {
	return withStack(n, func(s *netconn.Stack) (net.PacketConn, error) { return s.ListenPacket(network, address) })
}

// LookupHost is net.LookupHost: it returns the IP address of a role, or its name
// unless the roles have IPAddresses.
func (n *Network) LookupHost(ctx context.Context, host string) ([]string, error) {
	return withStack(n, func(s *netconn.Stack) ([]string, error) { return s.LookupHost(ctx, host) })
}

// LookupNetIP is net.Resolver's, for roles that have IPAddresses.
func (n *Network) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return withStack(n, func(s *netconn.Stack) ([]netip.Addr, error) { return s.LookupNetIP(ctx, network, host) })
}

// ResolveAddr is net.ResolveTCPAddr and net.ResolveUDPAddr, for "tcp" and "udp". It
// returns what WriteTo takes: a *net.TCPAddr or *net.UDPAddr if the roles have IPAddresses.
func (n *Network) ResolveAddr(network, address string) (net.Addr, error) {
	return withStack(n, func(s *netconn.Stack) (net.Addr, error) { return s.ResolveAddr(network, address) })
}
