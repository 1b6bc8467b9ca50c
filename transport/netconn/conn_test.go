package netconn_test

import (
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestHalfClose(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.write(dialed, "question")
		if err := dialed.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			w.Error(err)
		}
		w.read(accepted, "question")
		w.ends(accepted)
		w.write(accepted, "answer")
		_ = accepted.Close()
		w.read(dialed, "answer")
		w.ends(dialed)
		_, err := dialed.Write([]byte("more"))
		text(w, err, "write tcp a:49152->b:80: write: broken pipe")
		_ = dialed.Close()
		_, err = dialed.Read(nil)
		text(w, err, "read tcp a:49152->b:80: use of closed network connection")
		time.Sleep(900 * time.Millisecond)
		if a, b := w.a.Stats(), w.b.Stats(); a.Connections != 1 || b.Connections != 0 {
			w.Errorf("TIME-WAIT is for who closed first, not: %+v, %+v", a, b)
		}
		time.Sleep(200 * time.Millisecond)
		if a, b := w.a.Stats(), w.b.Stats(); a.Connections+b.Connections != 0 || a.Buffered+b.Buffered != 0 {
			w.Errorf("left: %+v, %+v", a, b)
		}
	})
}

func TestCloseReadEndsReading(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.write(dialed, "before")
		synctest.Wait()
		time.AfterFunc(time.Second, func() {
			if err := accepted.(interface{ CloseRead() error }).CloseRead(); err != nil {
				w.Error(err)
			}
		})
		w.read(accepted, "before")
		w.ends(accepted) // which waits
		w.write(dialed, "after")
		synctest.Wait()
		w.read(accepted, "after")
		w.ends(accepted)
		w.write(accepted, "still here")
		w.read(dialed, "still here")
	})
}

func TestClosingOnWhatNobodyReadResets(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		w.write(dialed, "unread")
		w.write(accepted, "before")
		synctest.Wait()
		_ = accepted.Close()
		synctest.Wait()
		w.read(dialed, "before")
		_, err := dialed.Read(make([]byte, 1))
		text(w, err, "read tcp a:49152->b:80: read: connection reset by peer")
		_, err = dialed.Write([]byte("x"))
		text(w, err, "write tcp a:49152->b:80: write: broken pipe")
		w.ends(dialed)
	})
}

func TestClosingWithoutLingeringResets(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		if err := accepted.(interface{ SetLinger(int) error }).SetLinger(0); err != nil {
			w.Error(err)
		}
		_ = accepted.Close()
		synctest.Wait()
		_, err := dialed.Read(make([]byte, 1))
		text(w, err, "read tcp a:49152->b:80: read: connection reset by peer")
	})
}

func TestWhatComesAfterCloseIsReset(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		_ = accepted.Close()
		w.ends(dialed)
		w.write(dialed, "too late")
		_, err := dialed.Write([]byte("x"))
		for err == nil {
			synctest.Wait()
			_, err = dialed.Write([]byte("x"))
		}
		text(w, err, "write tcp a:49152->b:80: write: broken pipe")
	})
}

func TestWritesAreNotInterleaved(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		for _, letter := range []string{"x", "y", "z"} {
			go w.write(dialed, strings.Repeat(letter, 1<<20))
		}
		synctest.Wait() // all have begun
		got := make([]byte, 3<<20)
		if _, err := io.ReadFull(accepted, got); err != nil {
			w.Error(err)
		}
		if runs := len(slices.Compact(got)); runs != 3 {
			w.Errorf("3 writes arrived as %d", runs)
		}
	})
}

func TestAReaderOfSingleBytesCausesFewSegments(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		go w.write(dialed, strings.Repeat("x", 1<<20))
		synctest.Wait()
		before := w.a.Stats().Sent + w.b.Stats().Sent
		for range 100_000 {
			w.read(accepted, "x")
		}
		synctest.Wait()
		if n := w.a.Stats().Sent + w.b.Stats().Sent - before; n > 20 {
			w.Errorf("100,000 bytes took %d frames", n)
		}
		w.read(accepted, strings.Repeat("x", 1<<20-100_000))
	})
}

func TestAnIdleConnectionSendsNothing(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		for _, c := range []net.Conn{dialed, accepted} {
			if err := c.(interface{ SetKeepAlive(bool) error }).SetKeepAlive(false); err != nil {
				w.Error(err)
			}
		}
		synctest.Wait()
		before := w.a.Stats().Sent + w.b.Stats().Sent
		time.Sleep(24 * time.Hour)
		if after := w.a.Stats().Sent + w.b.Stats().Sent; after != before || before != 3 {
			w.Errorf("%d frames were sent, and %d a day later", before, after)
		}
	})
}

func TestAReaderThatStallsIsWaitedFor(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, accepted := w.connect()
		sent := strings.Repeat("0123456789abcdef", 64<<10) // 1 MiB
		done := make(chan error)
		go func() { _, err := dialed.Write([]byte(sent)); done <- err }()
		time.Sleep(time.Hour) // longer than the user timeout
		w.cut(ba)
		w.read(accepted, sent[:256<<10]) // the news of more room gets lost
		w.sw.Mend(ba)
		w.read(accepted, sent[256<<10:])
		if err := <-done; err != nil {
			w.Error(err)
		}
	})
}

func TestDeadlines(t *testing.T) {
	onVirtualTime(t, func(w *world) {
		dialed, _ := w.connect()
		begin := time.Now()
		_ = dialed.SetReadDeadline(begin.Add(time.Minute))
		_, err := dialed.Read(make([]byte, 1))
		text(w, err, "read tcp a:49152->b:80: i/o timeout")
		if !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begin) != time.Minute {
			w.Errorf("after %v", time.Since(begin))
		}
		w.write(dialed, "not concerned")
		_ = dialed.SetDeadline(time.Now().Add(time.Hour)) // a timer that Close must stop
	})
}
