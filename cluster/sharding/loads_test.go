package sharding

import (
	"strings"

	"github.com/7aca83c2/multinode/transport"
)

// parseLoads reads "a:1,2 b:".
func parseLoads(text string) (loads []Load) {
	for _, field := range strings.Fields(text) {
		address, shards, _ := strings.Cut(field, ":")
		load := Load{Address: transport.Address(address)}
		if shards != "" {
			load.Shards = strings.Split(shards, ",")
		}
		loads = append(loads, load)
	}
	return loads
}
