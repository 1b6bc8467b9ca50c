// Package external runs programs that know nothing of the harness as nodes, and has what
// they send each other pass its network.
//
// A program listens on a port of the loopback interface, and is told of another one for
// each peer that it is to reach:
//
//	program a -> 127.0.0.1:reach -> relay | Switch, a to b | relay -> 127.0.0.1:listen -> program b
//
// A relay carries a connection with its half closes; one that is reset or times out on
// one side is reset on the other. A program's dial is answered by its own relay at once,
// and so succeeds during a cut too; the connection stalls then, and is reset when the
// network gives it up.
package external
