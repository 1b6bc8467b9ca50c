package peers

import (
	"fmt"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// StartToxiproxy starts a Toxiproxy in this process that relays each TCP connection to
// the upstream address, and does it no harm. It returns the address that it listens on,
// and what stops it, which is to be called once: it closes all connections too.
func StartToxiproxy(upstream string) (listen string, stop func() error, err error) {
	const name = "relay"
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, name, "127.0.0.1:0", upstream)
	if err := server.Collection.Add(proxy, true); err != nil {
		return "", nil, fmt.Errorf("peers: start toxiproxy: %w", err)
	}
	return proxy.Listen, func() error { return server.Collection.Remove(name) }, nil
}
