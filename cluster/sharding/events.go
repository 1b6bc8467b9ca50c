package sharding

// The events are published on the event stream of the node's actor system.
type (
	// ShardStarted says that this node hosts a shard.
	ShardStarted struct{ Type, Shard string }
	// ShardStopped says that all entities of the shard have ended here.
	ShardStopped struct{ Type, Shard string }
	// Refused says that this region was refused, with a Cause that wraps ErrShards and names
	// both numbers.
	Refused struct {
		Type  string
		Cause error
	}
	// Dropped says that a message for an entity was lost in this region: because there
	// was no room for it (ErrFull), the region ended first (ErrEnded) or was refused
	// (ErrShards), it cannot be encoded, or the entity could not be started. Shard is empty
	// if the region had ended before.
	Dropped struct {
		Type, Shard, ID string
		Message         any
		Cause           error
	}
)
