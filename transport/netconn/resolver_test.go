package netconn_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

// TestAResolverAsksANameServer is on the machine's clock: a net.Resolver keeps a channel from
// one use to the next, which bubbles must not share.
func TestAResolverAsksANameServer(t *testing.T) {
	network := chanpair.New(transport.NewSwitch())
	client, server := open(t, network, "client"), open(t, network, "dns")
	packets, err := server.ListenPacket("udp", ":53")
	if err != nil {
		t.Fatal(err)
	}
	streams, err := server.Listen("tcp", ":domain")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 2)
	go func() { done <- servePackets(packets) }()
	go func() { done <- serveStreams(streams) }()

	var dialed []string
	resolver := &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		dialed = append(dialed, network)
		return client.DialContext(ctx, network, "dns:53")
	}}
	for host, want := range map[string][]string{"short.example.": {"udp"}, "long.example.": {"tcp", "udp"}} {
		dialed = nil
		ips, err := resolver.LookupNetIP(t.Context(), "ip4", host)
		if err != nil || len(ips) != 1 || ips[0] != ip("192.0.2.7") {
			t.Errorf("%s: %v, %v", host, ips, err)
		}
		if slices.Sort(dialed); !slices.Equal(dialed, want) {
			t.Errorf("%s: dialed %v, not %v", host, dialed, want)
		}
	}
	_ = server.Close()
	_ = client.Close()
	<-done
	<-done
}

func servePackets(p net.PacketConn) string {
	buf := make([]byte, 1<<12)
	for {
		n, from, err := p.ReadFrom(buf)
		if err != nil {
			return err.Error()
		}
		_, _ = p.WriteTo(answer(buf[:n], true), from)
	}
}

func serveStreams(l net.Listener) string {
	for {
		c, err := l.Accept()
		if err != nil {
			return err.Error()
		}
		var size [2]byte
		_, _ = io.ReadFull(c, size[:])
		question := make([]byte, binary.BigEndian.Uint16(size[:]))
		_, _ = io.ReadFull(c, question)
		a := answer(question, false)
		_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(a))), a...))
		_ = c.Close()
	}
}

// answer answers a question. A long name is too much for a datagram.
func answer(question []byte, datagram bool) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil
	}
	name := m.Questions[0].Name
	m.Response, m.Additionals = true, nil
	if datagram && strings.HasPrefix(name.String(), "long") {
		m.Truncated = true
	} else {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: 1},
			Body:   &dnsmessage.AResource{A: [4]byte{192, 0, 2, 7}},
		}}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}
