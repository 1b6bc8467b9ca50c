// Package transporttest checks that an implementation of transport.Network keeps what
// package transport promises.
//
//	func TestConformance(t *testing.T) {
//		transporttest.Run(t, func(t testing.TB, sw *transport.Switch) func() transport.Network {
//			network := chanpair.New(sw)
//			return func() transport.Network { return network }
//		})
//	}
//
// Each case is a sentence that holds for every implementation. A case asks for one
// Network per node, and some open several addresses there. What a case opens it closes, and
// at the end no goroutine may be left.
//
// The cases wait for events and never for a time to pass; a case in which an event
// fails to come fails after half a minute, and says what it has seen.
package transporttest
