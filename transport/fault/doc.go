// Package fault has the faults of a bad network as values: latency, loss by itself or in
// bursts, duplication, reordering, corruption, bandwidth, an MTU, frames held or dropped. A
// Fault has plain fields, so it can be encoded; its Rule inflicts it on a link of a
// transport.Switch.
//
//	f := fault.Fault{Kind: fault.Latency, Delay: fault.Uniform(10*time.Millisecond, 2*time.Millisecond)}
//	if err := f.Check(); err != nil { ... }
//	sw.SetRule(link, "slow", f.Rule(link, nil))
//
// # What is promised
//
//   - A fault's random numbers come from its Seed, its Kind and the link. The same frames
//     in the same order meet the same fate, whatever happens on other links.
//   - Faults of one link add up: delays are added, and a copy is as corrupt as its frame.
//     What an earlier rule has dropped meets no fault.
//   - Bandwidth is that of a link with a router before it: a frame waits until those before
//     it and its own bytes have gone out, in a queue that is bounded in time (see Queue), and
//     its delays begin then. Of several on a link the slowest counts. When one is taken away,
//     what waits for it goes at once, in order.
//   - Latency keeps the order of a link, however much it varies, but for the datagrams that
//     the option Datagrams tells: each of those has a delay of its own, and those with a short
//     one overtake, as with netem's jitter. Reordering keeps no order at all.
//   - A datagram in fragments (see MTU) is lost when one of them is: Loss and BurstLoss ask
//     for each, wherever the MTU stands among the faults of the link.
//
// A Rule keeps the state of one link. Make one for each.
package fault
