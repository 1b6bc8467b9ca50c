package netconn_test

import (
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// goodput sends total bytes over so many connections at once, and returns how many bytes a
// second arrived, from the first SYN to the last byte.
func goodput(w *world, conns, total int) float64 {
	began := time.Now()
	var all sync.WaitGroup
	for range conns {
		all.Go(func() {
			dialed, err := w.a.Dial("tcp", "b:80")
			if err != nil {
				w.Error(err)
				return
			}
			defer dialed.Close()
			if _, err := dialed.Write(make([]byte, total/conns)); err != nil {
				w.Error(err)
			}
		})
		all.Go(func() {
			accepted, err := w.listener.Accept()
			if err != nil {
				w.Error(err)
				return
			}
			defer accepted.Close()
			if n, err := io.Copy(io.Discard, onlyReader{accepted}); n != int64(total/conns) || err != nil {
				w.Errorf("%d bytes, %v", n, err)
			}
		})
	}
	all.Wait()
	return float64(total) / time.Since(began).Seconds()
}

type onlyReader struct{ io.Reader }

// TestAStreamFillsItsLimit wants the goodput within 0.90 to 1.02 of the rate.
func TestAStreamFillsItsLimit(t *testing.T) {
	rates := []int{64_000, 1_000_000, 10_000_000, 100_000_000}
	if testing.Short() {
		rates = rates[:3]
	}
	for _, rate := range rates {
		for _, conns := range []int{1, 4, 16} {
			t.Run(fmt.Sprintf("%d B per s, %d connections", rate, conns), func(t *testing.T) {
				onVirtualTime(t, func(w *world) {
					for _, l := range []transport.Link{ab, ba} {
						w.sw.SetRule(l, "limit", fault.NewBandwidth(rate).Rule(l, nil))
					}
					total := min(10*rate, max(2*rate, 20_000_000), 50_000_000)
					got := goodput(w, conns, total) / float64(rate)
					w.Logf("%.3f of the rate; %d segments of %d were sent again", got, w.a.Stats().Again, w.a.Stats().Sent)
					if got < 0.90 || got > 1.02 {
						w.Errorf("the goodput is %.3f of the rate", got)
					}
				})
			})
		}
	}
}
