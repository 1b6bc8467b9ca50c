package peers

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Toxics is a Toxiproxy in this process that does harm to the connections it relays.
type Toxics struct {
	server *toxiproxy.ApiServer
	proxy  *toxiproxy.Proxy
}

// StartToxics is StartToxiproxy with toxics. Stop is to be called once.
func StartToxics(upstream string) (*Toxics, error) {
	t := &Toxics{server: toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())}
	t.proxy = toxiproxy.NewProxy(t.server, "toxic", "127.0.0.1:0", upstream)
	if err := t.server.Collection.Add(t.proxy, true); err != nil {
		return nil, fmt.Errorf("peers: start toxiproxy: %w", err)
	}
	return t, nil
}

// Listen returns the address that it listens on.
func (t *Toxics) Listen() string { return t.proxy.Listen }

// Limit lets so many kilobytes a second pass each way of each connection.
func (t *Toxics) Limit(kilobytes int) error {
	return t.both(`{"type":"bandwidth","name":"%s","stream":"%s","attributes":{"rate":%d}}`, kilobytes)
}

// Delay delays what passes, each way.
func (t *Toxics) Delay(d time.Duration) error {
	return t.both(`{"type":"latency","name":"%s","stream":"%s","attributes":{"latency":%d}}`, int(d.Milliseconds()))
}

func (t *Toxics) both(toxic string, value int) error {
	for _, stream := range []string{"upstream", "downstream"} {
		if _, err := t.proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(toxic, stream, stream, value))); err != nil {
			return fmt.Errorf("peers: toxiproxy: %w", err)
		}
	}
	return nil
}

// Clear does no more harm.
func (t *Toxics) Clear(ctx context.Context) { t.proxy.Toxics.ResetToxics(ctx) }

// Stop closes it and all connections.
func (t *Toxics) Stop() error { return t.server.Collection.Remove("toxic") }
