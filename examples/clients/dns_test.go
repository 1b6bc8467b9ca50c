package clients_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = subject{name: "DNS", server: serveDNS, client: useDNS, silent: "i/o timeout", dead: "connection refused"}.inAllWeathers()

// serveDNS answers at port 53, over UDP each question for a TXT record with the first label of its
// name, and over TCP each transfer of a zone like "7." with so many lines of content.
func serveDNS(_ context.Context, env *Env) (Instance, error) {
	socket, err := env.Network.ListenPacket("udp", ":53")
	if err != nil {
		return nil, err
	}
	listener, err := env.Network.Listen("tcp", ":53")
	if err != nil {
		return nil, err
	}
	var servers dnsServers
	for _, server := range []*dns.Server{{PacketConn: socket, Handler: dns.HandlerFunc(sayName)}, {Listener: listener, Handler: dns.HandlerFunc(sendZone)}} {
		go func() { _ = server.ActivateAndServe() }() // it ends with Shutdown
		servers = append(servers, server)
	}
	return servers, nil
}

type dnsServers []*dns.Server

func (s dnsServers) Stop(ctx context.Context) (err error) {
	for _, server := range s {
		err = errors.Join(err, server.ShutdownContext(ctx))
	}
	return err
}

func sayName(w dns.ResponseWriter, question *dns.Msg) {
	name := question.Question[0].Name
	text, _, _ := strings.Cut(name, ".")
	answer := new(dns.Msg).SetReply(question)
	answer.Answer = []dns.RR{record(name, text)}
	_ = w.WriteMsg(answer) // who waits in vain asks again
}

func record(name, text string) dns.RR {
	return &dns.TXT{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: []string{text}}
}

// sendZone sends a record for each line, between two that mark the begin and the end.
func sendZone(w dns.ResponseWriter, question *dns.Msg) {
	zone := question.Question[0].Name
	lines, err := strconv.Atoi(strings.TrimSuffix(zone, "."))
	if err != nil {
		_ = w.WriteMsg(new(dns.Msg).SetRcode(question, dns.RcodeNameError)) // who waits in vain asks again
		return
	}
	mark := &dns.SOA{Hdr: dns.RR_Header{Name: zone, Rrtype: dns.TypeSOA, Class: dns.ClassINET}, Ns: ".", Mbox: "."}
	records := []dns.RR{mark}
	for line := range contentByLine(lines) {
		records = append(records, record(zone, line))
	}
	envelopes := make(chan *dns.Envelope)
	go func() {
		defer close(envelopes)
		for part := range slices.Chunk(append(records, mark), 100) {
			envelopes <- &dns.Envelope{RR: part}
		}
	}()
	_ = new(dns.Transfer).Out(w, question, envelopes) // the client may have gone
	for range envelopes {                             // those that it did not get
	}
}

type dnsClient struct{ network *Network }

func useDNS(env *Env) (caller, error) { return &dnsClient{env.Network}, nil }

// Ask asks again when a datagram has been lost.
func (c *dnsClient) Ask(ctx context.Context, text string) (string, error) {
	conn, err := c.network.DialContext(ctx, "udp", "server:53")
	if err != nil {
		return "", err
	}
	defer conn.Close()
	client := &dns.Client{Timeout: 100 * time.Millisecond}
	for {
		answer, _, err := client.ExchangeWithConnContext(ctx, new(dns.Msg).SetQuestion(text+".", dns.TypeTXT), &dns.Conn{Conn: conn})
		if err == nil {
			return answer.Answer[0].(*dns.TXT).Txt[0], nil
		}
		if timeout := net.Error(nil); ctx.Err() != nil || !errors.As(err, &timeout) || !timeout.Timeout() {
			return "", err
		}
	}
}

// Fetch transfers a zone.
func (c *dnsClient) Fetch(ctx context.Context, lines int) (string, error) {
	conn, err := c.network.DialContext(ctx, "tcp", "server:53")
	if err != nil {
		return "", err
	}
	defer conn.Close()
	transfer := &dns.Transfer{Conn: &dns.Conn{Conn: conn}, ReadTimeout: patient}
	envelopes, err := transfer.In(new(dns.Msg).SetAxfr(fmt.Sprintf("%d.", lines)), "")
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for e := range envelopes {
		if e.Error != nil {
			return "", e.Error
		}
		for _, r := range e.RR {
			if txt, ok := r.(*dns.TXT); ok {
				all.WriteString(txt.Txt[0])
			}
		}
	}
	return all.String(), nil
}

func (c *dnsClient) Stop(context.Context) error { return nil }
