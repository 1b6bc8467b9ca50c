// Package netconn makes connections of package net over a transport.Network: what takes
// a dialer and a listener, such as net/http or a database driver, runs over the Switch
// unchanged, within a process and between processes.
//
//	a, err := netconn.NewStack(network, "a")
//	b, err := netconn.NewStack(network, "b")
//	listener, err := b.Listen("tcp", ":80")
//	conn, err := a.Dial("tcp", "b:80")
//	_ = sw.Cut(ctx, transport.Link{From: "a", To: "b"}) // conn stalls, until Mend or the user timeout
//
// # Words
//
// A host is a name in "host:port". Its Stack has one endpoint of the network, which all
// its connections and datagrams share, so that a rule on a link applies to all of them.
// A host's name is the address of its endpoint unless Hosts says otherwise. No name,
// "localhost" and the loopback addresses mean the host itself. A port is 0
// to 65535; port 0 picks one that is free, from 49152 on. A segment is a frame of a
// connection.
//
// # Connections
//
// A connection keeps the order of its bytes and loses none, whatever the rules of its
// links do to frames: lose, repeat, delay, reorder them, or flip their bits. It has
// CloseRead, CloseWrite, SetLinger, SetKeepAlive, SetKeepAlivePeriod, SetKeepAliveConfig,
// SetNoDelay, SetReadBuffer and SetWriteBuffer like a net.TCPConn, and a listener SetDeadline
// like a net.TCPListener. There is no SyscallConn or File, and no Control of net.Dialer and
// net.ListenConfig, as there is no file descriptor. The protocol is a small TCP:
//
//   - RFC 9293: handshake, sequence numbers, cumulative acknowledgements, FIN, RST,
//     receive windows without silly ones, zero window probes, keep-alive, TIME-WAIT, and
//     Nagle's algorithm (3.7.4) after SetNoDelay(false).
//   - RFC 2018: selective acknowledgements, the four ranges that changed last in each.
//   - RFC 7323: each segment has a stamp, and what answers it echoes that, so that each
//     acknowledgement measures a round trip, also of what was sent twice.
//   - RFC 6298: the retransmission timeout, 200 ms or more over the round trip, at first
//     100 ms, doubled each time it passes in vain, to 1 s or what the path takes.
//   - RFC 9002, 6: a segment is lost, and sent again at once, when three later ones have
//     arrived, or one and an eighth of a round trip more has passed; both grow where segments
//     overtake each other. When the last one is overdue, or a timeout has passed, the first
//     that has not arrived is sent again, and of that 1448 bytes at most.
//   - RFC 9438 and 5681: slow start and CUBIC bound what is under way, in bytes.
//   - Dynamic Right-Sizing: the receiver's window grows to what a round trip brings.
//   - RFC 5961: a SYN for a connection that stands is answered with an ACK.
//
// It departs from them where the network is not the Internet:
//
//   - A loss shrinks the congestion window only if round trips say that a queue was full, if
//     most is lost, or after two timeouts in a row: a link that loses at random costs no
//     speed. The first window is what a path of 10 MB/s holds, 10 segments to 256 KiB.
//   - A segment has as much as the path carries in a millisecond, 1448 bytes to 32 KiB.
//   - Sequence numbers have 64 bits and do not wrap. The checksum is a CRC-32C; a frame
//     that fails it is dropped and counted.
//   - Loss is seen by the order in which segments were sent, so that one that was lost
//     twice is found without a timeout. A receiver keeps 1024 ranges apart.
//   - Each segment is acknowledged at once, and a short one is not delayed. When 128 are
//     under way, and twice as many as fill the window, short writes gather.
//   - A probe is a segment of its own kind, without data, that asks for an ACK.
//   - TIME-WAIT lasts 1 s. There is no urgent data, no simultaneous open.
//
// While a link is cut its connections stall. They go on within about a second of its mending,
// or end with ETIMEDOUT when nothing was acknowledged for the user timeout, 30 s by default.
// A peer that does not read but answers is waited for without end. While nothing is under
// way it is keep-alive that notices that a peer has gone, as package net has it by default:
// after 15 s without a word it asks every 15 s, and ends the connection with ETIMEDOUT when 9
// probes were in vain. So an idle connection sends frames, and a bubble of testing/synctest
// in which somebody reads without a deadline goes on instead of ending with a deadlock; see
// WithKeepAlive. A host that crashed and came back answers what it does not know with an RST:
// ECONNRESET. One that is gone does not answer. One whose process has died, as
// Deserted has it, resets and refuses by itself; its frame that says so has the flags SYN and
// RST.
//
// Dial fails with ECONNREFUSED when nobody listens, and at once with a *net.DNSError for a
// host that is none of Hosts, or EHOSTUNREACH for an IP address that is nobody's. A listener
// keeps 1024 connections that nobody has accepted yet; a SYN beyond that is dropped, and Dial tries again. Close sends
// what was written and then FIN, in the background; what the peer had sent and nobody has
// read, or sends later, is answered with an RST. A closed connection whose peer never closes is
// forgotten after the user timeout. What had arrived before an RST can be read.
//
// # Datagrams
//
// A datagram has at most 65,507 bytes and is a frame: it may get lost, and is dropped when
// nobody listens at its port or the reader is behind by more than the buffer: 256 KiB, or what
// WithDatagramBuffer or SetReadBuffer say. Stats counts both, and so do the transport.Stats
// of the link, with the reason: "reader behind at :53, buffer 256 KiB", "no reader at :54", or "no
// reader at a picked port (49152+)", which all of those share that are picked when none is given.
//
// A socket of Dial is connected: it reads what its peer sends, and fails with ECONNREFUSED
// once after it has sent to a port where nobody listens, which the host answers, if it is
// there, as with ICMP (RFC 1122, 4.1.3.1). Other sockets do not hear of that. There is no
// multicast.
//
// # Addresses
//
// Addresses are of type *Addr, and "host:port" as text. With WithIPs each host has an IP
// address: addresses are *net.TCPAddr and *net.UDPAddr, and sockets have ReadFromUDP,
// ReadFromUDPAddrPort, WriteToUDP and WriteToUDPAddrPort as well. LookupHost, LookupNetIP and
// ResolveAddr work as their namesakes of package net. A net.Resolver with PreferGo and a
// Dial that leads to a name server of the network works; in a bubble it needs a lookup before,
// outside of one, as it keeps a channel.
//
// # Memory
//
// A connection sets aside, as needed, at most the window for what it received and nobody
// has read, and as much for what was written and is not acknowledged. It begins with 256 KiB
// each, and where a round trip takes a millisecond or more grows, by default, up to 4 MiB. What
// is over 256 KiB is given back as soon as it is empty. Stats tells the sum. A reader that is slow fills its own window and
// costs other connections nothing.
//
// # Concurrency
//
// All methods may be called from several goroutines. A Write is not interleaved with others.
// A Stack has no goroutine of its own. It has timers while something is
// unacknowledged, in TIME-WAIT, for keep-alive and for deadlines. Frames are sent by whoever causes them: the
// caller of Write, Read or Close, a timer, or the receiver of the endpoint, unless WithTurns is given. The connection's lock
// is held meanwhile, so a transport.Rule must not call what it judges the frames of.
//
// # Errors
//
// Errors are those of package net on Linux, on any system: a *net.OpError that wraps
// net.ErrClosed, os.ErrDeadlineExceeded, a context's error, or an errno of package syscall.
// Why a connection has ended (ECONNRESET, ETIMEDOUT, EPIPE if the peer had closed it) is told
// to one call; then reads return io.EOF, writes EPIPE, and CloseWrite ENOTCONN. A test does
// the same to sockets of the kernel and to those of this package, and compares.
package netconn
