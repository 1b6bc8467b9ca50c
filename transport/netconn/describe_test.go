package netconn_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/netconn"
)

func TestFramesAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	var data strings.Builder
	see := func(f transport.Frame, v transport.Verdict) transport.Verdict {
		what, some := netconn.Describe(f.Payload[:min(len(f.Payload), 100)])
		seen[what] = true
		if what == "data to :80" {
			data.Write(some)
		}
		return v
	}
	onVirtualTime(t, func(w *world) {
		for _, l := range []transport.Link{ab, ba} {
			w.sw.SetRule(l, "see", transport.RuleFunc(see))
		}
		client, server := w.connect()
		w.write(client, "hello")
		w.read(server, "hello")
		writeTo(w, packets(w, w.a, ":1"), "b:53", 1, 10)
		if _, err := w.a.Dial("tcp", "b:81"); err == nil {
			w.Error("somebody listens")
		}
		_, _ = client.Close(), server.Close()
	})
	for _, want := range []string{"SYN to :80", "SYN-ACK from :80", "ACK to :80", "data to :80", "FIN to :80", "FIN from :80", "RST from :81", "datagram to :53", "port unreachable to :1"} {
		if !seen[want] {
			t.Errorf("no %q among %q", want, slices.Sorted(maps.Keys(seen)))
		}
	}
	if data.String() != "hello" {
		t.Errorf("the data is %q", data.String())
	}
	if what, _ := netconn.Describe([]byte("short")); what != "" {
		t.Errorf("it is %q", what)
	}
}
