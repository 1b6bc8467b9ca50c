package singleton

import "errors"

var (
	// ErrStarted means that the node has called Start or Proxy with that name before.
	ErrStarted = errors.New("singleton was started before")
	// ErrOption means that an option makes no sense.
	ErrOption = errors.New("bad option")
	// ErrBufferFull means that a message came while there was no instance, and the
	// buffer had no room.
	ErrBufferFull = errors.New("buffer full")
	// ErrEnded means that the node is no member of the cluster any more, and cannot
	// reach the instance.
	ErrEnded = errors.New("node is no member any more")
)
