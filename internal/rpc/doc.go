// Package rpc lets two processes call each other over one duplex stream of bytes.
//
// Both ends make a Peer of their end of the stream, say what they answer to, and
// start it. Each may then Call the other and send it notices, at the same time and
// from several goroutines.
//
//	peer := rpc.NewPeer(stream)
//	rpc.HandleFunc(peer, "double", func(ctx context.Context, n int) (int, error) { return 2 * n, nil })
//	peer.Start()
//	four, err := rpc.Call[int, int](ctx, other, "double", 2)
//
// # Order
//
// What one end sends is looked at by the other in the order of sending. A notice is
// handled before anything sent after it is looked at, so its handler must return
// soon, and must not wait for an answer of the other end. Each call runs in a
// goroutine of its own, which begins after all earlier notices were handled. The
// same holds for an answer: the Call it belongs to returns after the notices that
// were sent before the answer were handled.
//
// # Errors
//
// An error that a handler returns reaches the caller as its text, in a *RemoteError.
// Calling a method that the other end does not have gives ErrUnknownMethod. A call
// whose context ends returns at once, and the context of its handler ends too.
//
// When the connection ends, for whatever reason, every call fails at once with
// ErrClosed, wrapped with the reason, and so do later ones. A message that makes no
// sense ends the connection, and the reason says what was wrong with it.
//
// # Format
//
// All messages have one shape, with integers in little endian:
//
//	length  4 bytes: the bytes that follow, at most MaxMessage
//	kind    1 byte
//	id      8 bytes: pairs an answer or a cancellation with its call; 0 in a notice
//	n       1 byte: the length of the method
//	method  n bytes: empty but in calls and notices
//	body    the rest
package rpc
