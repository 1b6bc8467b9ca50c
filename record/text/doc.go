// Package text writes a spec's record as text for a terminal: what the page says on top of it, and then a line for each
// thing that happened, in order of time.
//
//	failed  membership marks both sides of a cut unreachable
//	  Failed at 2.505 s, after waiting 2.00 s: every live node was to have exactly these members up ...
//
//	    seconds  what       who   which
//	   0.000062  verb       spec  start(a, b, c), took 0.291 ms
//	   0.000253  view       a     a joining, the leader is nobody
//	   0.504448  fault      spec  cut(c > b) begins
//	   0.512101  lost       c>b   70 frames until 4.489 s: cut; 60 heartbeat, 10 digest
//	   0.996253  view       b     c unreachable (was up)
//
// A Filter leaves out lines. Which kinds of lines there are, say the constants of Kind.
package text
