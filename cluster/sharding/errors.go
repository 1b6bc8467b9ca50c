package sharding

import "errors"

var (
	// ErrStarted means that the node has a region of the type already.
	ErrStarted = errors.New("type was started before")
	// ErrOption means that an option, or two together, make no sense.
	ErrOption = errors.New("bad option")
	// ErrFull means that a message found no room among those that wait for a shard's
	// home or for an entity that is being stopped.
	ErrFull = errors.New("buffer is full")
	// ErrUnknown means that there is no worker of that number; see StartDaemon.
	ErrUnknown = errors.New("no such worker")
	// ErrShards means that the number of shards differs from that of the cluster: the
	// region was refused. It hosts nothing and sends nothing, until no region with the
	// other number is left.
	ErrShards = errors.New("number of shards differs")
	// ErrEnded means that the region has ended, with its node's membership or system.
	ErrEnded = errors.New("region has ended")
)
