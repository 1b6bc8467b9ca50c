package clients_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"sync"
	"time"

	"github.com/quic-go/quic-go"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = subject{
	name: "QUIC", server: serveQUIC, client: useQUIC,
	silent: "deadline exceeded", dead: "deadline exceeded", lost: "timeout: no recent network activity",
}.inAllWeathers()

// quicConfig has a connection end that hears nothing for a second.
var quicConfig = &quic.Config{KeepAlivePeriod: 300 * time.Millisecond, MaxIdleTimeout: time.Second, HandshakeIdleTimeout: time.Second}

// serveQUIC says on each stream what it is asked to, sends the content for "content 7", and
// nothing for "wait".
func serveQUIC(_ context.Context, env *Env) (Instance, error) {
	socket, err := env.Network.ListenPacket("udp", ":443")
	if err != nil {
		return nil, err
	}
	certificate, err := selfSigned()
	if err != nil {
		return nil, err
	}
	transport := &quic.Transport{Conn: socket}
	listener, err := transport.Listen(&tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"echo"}}, quicConfig)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := listener.Accept(context.Background())
			if err != nil {
				return
			}
			go serveStreams(conn)
		}
	}()
	return stopper{transport.Close}, nil
}

func serveStreams(conn *quic.Conn) {
	for {
		stream, err := conn.AcceptStream(context.Background())
		if err != nil {
			return
		}
		go func() {
			defer stream.Close()
			question, err := io.ReadAll(stream)
			if err != nil {
				return
			}
			if string(question) == "wait" {
				<-stream.Context().Done()
				return
			}
			answer, lines := string(question), 0
			if _, err := fmt.Sscanf(answer, "content %d", &lines); err == nil {
				answer = content(lines)
			}
			_, _ = io.WriteString(stream, answer) // the client may have gone
		}()
	}
}

// selfSigned returns a certificate that nobody vouches for.
func selfSigned() (tls.Certificate, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"server"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, err
}

// quicClient connects again when its connection has ended.
type quicClient struct {
	transport *quic.Transport

	mu   sync.Mutex
	conn *quic.Conn // nil before the first call
}

// hostPort is the address of a port of a role.
type hostPort string

func (hostPort) Network() string  { return "udp" }
func (a hostPort) String() string { return string(a) }

var _ net.Addr = hostPort("")

func useQUIC(env *Env) (caller, error) {
	socket, err := env.Network.ListenPacket("udp", ":0")
	if err != nil {
		return nil, err
	}
	return &quicClient{transport: &quic.Transport{Conn: socket}}, nil
}

func (c *quicClient) connect(ctx context.Context) (*quic.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil && c.conn.Context().Err() == nil {
		return c.conn, nil
	}
	insecure := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"echo"}} // it is not TLS that is tested
	conn, err := c.transport.Dial(ctx, hostPort("server:443"), insecure, quicConfig)
	if err == nil {
		c.conn = conn
	}
	return conn, err
}

func (c *quicClient) Ask(ctx context.Context, text string) (string, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return "", err
	}
	stream, err := conn.OpenStreamSync(ctx)
	if err != nil {
		return "", err
	}
	defer stream.CancelRead(0)
	if by, ok := ctx.Deadline(); ok {
		_ = stream.SetDeadline(by) // of a stream that is open it does not fail
	}
	if _, err := io.WriteString(stream, text); err != nil {
		return "", err
	}
	if err := stream.Close(); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(stream)
	return string(answer), err
}

func (c *quicClient) Wait(ctx context.Context) error {
	_, err := c.Ask(ctx, "wait")
	return err
}

func (c *quicClient) Fetch(ctx context.Context, lines int) (string, error) {
	return c.Ask(ctx, fmt.Sprint("content ", lines))
}

func (c *quicClient) Stop(context.Context) error { return c.transport.Close() }
