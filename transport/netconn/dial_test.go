package netconn_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport/netconn"
)

func TestDialIsRefusedWhereNobodyListens(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		_, err := w.a.Dial("tcp", "b:81")
		text(w, err, "dial tcp b:81: connect: connection refused")
		if !errors.Is(err, syscall.ECONNREFUSED) {
			w.Error("it is not ECONNREFUSED")
		}
	})
}

func TestDialGivesUp(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.cut(ab)
		begin := time.Now()
		_, err := w.a.Dial("tcp", "b:80")
		text(w, err, "dial tcp b:80: connect: "+syscall.ETIMEDOUT.Error())
		if took := time.Since(begin); took != 30*time.Second {
			w.Errorf("after %v", took)
		}
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		_, err = w.a.DialContext(ctx, "tcp", "b:80")
		text(w, err, "dial tcp b:80: i/o timeout")
		if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
			w.Error("it is not a timeout")
		}
		if n := w.a.Stats().Connections; n != 0 {
			w.Errorf("%d connections are left", n)
		}
	})
}

func TestAddresses(t *testing.T) {
	hosts := netconn.Hosts{"10.0.0.1": "a", "10.0.0.2": "b", "two.example": "b"}
	onVirtualTime(t, func(w *world) {
		if got := w.listener.Addr().String(); got != "10.0.0.2:80" {
			w.Errorf("the listener is at %s", got)
		}
		for _, address := range []string{"two.example:80", "10.0.0.2:80"} {
			dialed, err := w.a.Dial("tcp", address)
			if err != nil {
				w.Fatal(err)
			}
			accepted, err := w.listener.Accept()
			if err != nil {
				w.Fatal(err)
			}
			if got := dialed.RemoteAddr().String(); got != "10.0.0.2:80" {
				w.Errorf("dialed %s at %s", address, got)
			}
			if x, y := dialed.LocalAddr(), accepted.RemoteAddr(); x.String() != y.String() || x.Network() != "tcp" {
				w.Errorf("dialed from %v, accepted from %v", x, y)
			}
		}
		began := time.Now()
		_, err := w.a.Dial("tcp", "b:80") // an address, which is no name here
		text(w, err, "dial tcp: lookup b: no such host: the hosts are 10.0.0.1, 10.0.0.2, two.example")
		if none := new(net.DNSError); !errors.As(err, &none) || !none.IsNotFound {
			w.Errorf("%v is not a DNSError", err)
		}
		if took := time.Since(began); took > 0 {
			w.Errorf("it took %s", took)
		}
		_, err = w.b.Listen("tcp", "10.0.0.1:90")
		text(w, err, `listen tcp 10.0.0.1:90: bind: cannot assign requested address: this host is "10.0.0.2": listen at ":90"`)
		_, err = w.a.Dial("tcp", "10.0.0.3:80")
		text(w, err, "dial tcp 10.0.0.3:80: connect: no route to host")
		if !errors.Is(err, syscall.EHOSTUNREACH) {
			w.Error("it is not EHOSTUNREACH")
		}
	}, netconn.WithHosts(hosts))
}

func TestLoopbackIsTheHostItself(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		for _, host := range []string{"", "localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"} {
			c, err := w.b.Dial("tcp", host+":80")
			if err != nil {
				w.Errorf("%q is not its own host: %v", host, err)
				continue
			}
			if got := c.RemoteAddr().String(); got != "b:80" {
				w.Errorf("%q is %s", host, got)
			}
			_ = c.Close()
			_, err = w.a.Dial("tcp", host+":80")
			if !errors.Is(err, syscall.ECONNREFUSED) {
				w.Errorf("%q where nobody listens: %v, want ECONNREFUSED", host, err)
			}
			l, err := w.b.Listen("tcp", host+":90")
			if err != nil {
				w.Errorf("no listener at %q: %v", host, err)
				continue
			}
			_ = l.Close()
		}
	})
}

func TestBadAddresses(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		for _, c := range []struct{ network, address, dial, listen string }{
			{
				"udp", "b:80", "", "listen udp: unknown network udp (only tcp, tcp4 and tcp6)",
			},
			{
				"unix", "b:80", "dial unix: unknown network unix (only tcp, tcp4, tcp6, udp, udp4 and udp6)",
				"listen unix: unknown network unix (only tcp, tcp4 and tcp6)",
			},
			{"tcp", "b", "dial tcp: address b: missing port in address", "listen tcp: address b: missing port in address"},
			{
				"tcp", "b:no-such", "dial tcp: lookup tcp/no-such: unknown port",
				"listen tcp: lookup tcp/no-such: unknown port",
			},
			{"tcp", "b:70000", "dial tcp: address 70000: invalid port", "listen tcp: address 70000: invalid port"},
			{"tcp", "", "dial tcp: missing address", ""},
			{"tcp", "c:80", "", `listen tcp c:80: bind: cannot assign requested address: this host is "b": listen at ":80"`},
			{"tcp", "b:http", "", "listen tcp b:80: bind: address already in use"},
			{"tcp", "b:80", "", "listen tcp b:80: bind: address already in use"},
			{
				"tcp", strings.Repeat("x", 256) + ":80", `dial tcp: host "xxxxxxxxxxxxxxxxxxxx": address must have 1 to 255 bytes`,
				`listen tcp: host "xxxxxxxxxxxxxxxxxxxx": address must have 1 to 255 bytes`,
			},
		} {
			if c.dial != "" {
				_, err := w.a.Dial(c.network, c.address)
				text(w, err, c.dial)
			}
			if c.listen != "" {
				_, err := w.b.Listen(c.network, c.address)
				text(w, err, c.listen)
			}
		}
	})
}

func TestOptionsSayWhatIsAllowed(t *testing.T) {
	w := newWorld(t)
	defer w.close()
	_, err := netconn.NewStack(w.network, "c", netconn.WithWindow(100))
	text(w, err, `netconn: stack at "c": window of 100 bytes is not 4096 to 1073741824`)
	_, err = netconn.NewStack(w.network, "c", netconn.WithUserTimeout(0))
	text(w, err, `netconn: stack at "c": user timeout 0s is not positive`)
	_, err = netconn.NewStack(w.network, "a")
	text(w, err, `netconn: stack at "a": transport: open "a": address in use`)
}

func TestConnectionsThatStayHalfOpenMakeRoom(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.cut(ba)
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		for range 1024 {
			go w.a.DialContext(ctx, "tcp", "b:80") //nolint:errcheck // fails
		}
		time.Sleep(time.Minute)
		w.sw.Mend(ba)
		begin := time.Now()
		w.connect()
		if took := time.Since(begin); took != 0 {
			w.Errorf("it took %v", took)
		}
	})
}

func TestTheBacklogIsBounded(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		results := make(chan error)
		for range 1026 {
			go func() { _, err := w.a.Dial("tcp", "b:80"); results <- err }()
		}
		for range 1024 {
			if err := <-results; err != nil {
				w.Error(err)
			}
		}
		time.Sleep(3 * time.Second)
		for range 1026 {
			conn, err := w.listener.Accept()
			if err != nil {
				w.Fatal(err)
			}
			defer conn.Close()
		}
		for range 2 {
			if err := <-results; err != nil {
				w.Error(err)
			}
		}
	})
}

func TestClosingAListenerResetsWhatNobodyAccepted(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, err := w.a.Dial("tcp", "b:80")
		if err != nil {
			w.Fatal(err)
		}
		synctest.Wait()
		if err := w.listener.Close(); err != nil {
			w.Error(err)
		}
		if _, err := dialed.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			w.Errorf("read: %v", err)
		}
		_, err = w.listener.Accept()
		text(w, err, "accept tcp b:80: use of closed network connection")
		w.listener = listen(w, w.b, "b:80") // the port is free
		w.connect()
	})
}
