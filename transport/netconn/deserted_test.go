package netconn_test

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// dies has b's process die: its stack is gone, and its machine is there.
func (w *world) dies() (machine *netconn.Stack) {
	w.Helper()
	if err := w.b.Close(); err != nil {
		w.Error(err)
	}
	machine, err := netconn.Deserted(w.network, "b", "a", "nobody")
	if err != nil {
		w.Fatal(err)
	}
	return machine
}

func (w *world) comesBack(machine *netconn.Stack) {
	w.Helper()
	if err := machine.Close(); err != nil {
		w.Error(err)
	}
	w.b = open(w, w.network, "b")
	w.listener = listen(w, w.b, ":80")
}

func (w *world) isReset(c net.Conn) {
	w.Helper()
	if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.Is(err, syscall.ECONNRESET) {
		w.Errorf("read %d bytes, %v; not a reset", n, err)
	}
}

func TestADesertedHostResetsConnectionsAndRefusesNewOnes(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		onlyReads, _ := w.connect()
		halfRead, accepted := w.connect()
		w.write(accepted, "hello")
		w.read(halfRead, "he")
		began := time.Now()
		machine := w.dies()
		w.isReset(onlyReads)
		w.read(halfRead, "llo") // it had arrived
		w.isReset(halfRead)
		if _, err := onlyReads.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
			w.Errorf("write: %v", err)
		}
		for range 3 {
			if _, err := w.a.Dial("tcp", "b:80"); !errors.Is(err, syscall.ECONNREFUSED) {
				w.Errorf("dial: %v", err)
			}
		}
		if took := time.Since(began); took > 0 {
			w.Errorf("all that took %v", took)
		}
		w.comesBack(machine)
		dialed, accepted := w.connect()
		w.write(accepted, "again")
		w.read(dialed, "again")
	})
}

func TestADesertedHostAnswersWhenALinkIsMended(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, _ := w.connect()
		w.cut(ba)
		machine := w.dies()
		w.write(dialed, "is anybody there?")
		if err := dialed.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			w.Error(err)
		}
		if _, err := dialed.Read(make([]byte, 1)); err == nil || errors.Is(err, syscall.ECONNRESET) {
			w.Errorf("read: %v, but no segment can come", err)
		}
		w.sw.Mend(ba)
		_ = dialed.SetReadDeadline(time.Time{})
		w.isReset(dialed)
		w.comesBack(machine)
	})
}

// What a process has closed before it dies was closed in good order.
func TestADesertedHostLeavesAnEndAnEnd(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.write(accepted, "the end")
		if err := accepted.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			w.Error(err)
		}
		synctest.Wait()
		machine := w.dies()
		synctest.Wait()
		w.read(dialed, "the end")
		w.ends(dialed)
		w.write(dialed, "well, then")
		synctest.Wait()
		if _, err := dialed.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			w.Errorf("write: %v", err)
		}
		w.comesBack(machine)
	})
}

func TestADesertedHostRefusesDatagrams(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		machine := w.dies()
		c, err := w.a.Dial("udp", "b:9")
		if err != nil {
			w.Fatal(err)
		}
		w.write(c, "hello")
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNREFUSED) {
			w.Errorf("read: %v", err)
		}
		_ = c.Close()
		w.comesBack(machine)
	})
}

// Whoever dials while the process dies is refused; the news of its death is not about new
// connections.
func TestADialInProgressIsRefusedByADesertedHost(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		w.cut(ab)
		refused := make(chan error)
		go func() {
			_, err := w.a.Dial("tcp", "b:80")
			refused <- err
		}()
		time.Sleep(50 * time.Millisecond)
		machine := w.dies()
		time.Sleep(50 * time.Millisecond)
		w.sw.Mend(ab)
		if err := <-refused; !errors.Is(err, syscall.ECONNREFUSED) {
			w.Errorf("dial: %v", err)
		}
		w.comesBack(machine)
	})
}

// The news that a host's process has died concerns connections with that host alone, and
// does not outlive the next process.
func TestADesertedHostIsNoOther(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		c := open(t, w.network, "c")
		defer c.Close()
		other, accepted := connect(w, w.a, listen(t, c, ":80"))
		w.sw.SetRule(ba, "slow", transport.RuleFunc(func(_ transport.Frame, sofar transport.Verdict) transport.Verdict {
			sofar.Delay = time.Second
			return sofar
		}))
		machine := w.dies()
		w.sw.ClearRule(ba, "slow")
		w.comesBack(machine)
		dialed, back := w.connect()
		time.Sleep(2 * time.Second) // the news would have come
		w.write(back, "new")
		w.read(dialed, "new")
		w.write(accepted, "other")
		w.read(other, "other")
	})
}
