package downing

import "time"

// Option is a choice that every policy has.
type Option interface {
	OldestOption
	LeaseOption
	apply(p *policy)
}

// OldestOption is a choice that KeepOldest has. Every Option is one.
type OldestOption interface{ applyOldest(p *oldest) }

// LeaseOption is a choice that LeaseMajority has. Every Option is one.
type LeaseOption interface{ applyLease(p *leaseMajority) }

type option func(*policy)

func (o option) apply(p *policy)             { o(p) }
func (o option) applyOldest(p *oldest)       { o(&p.policy) }
func (o option) applyLease(p *leaseMajority) { o(&p.policy) }

type oldestOption func(*oldest)

func (o oldestOption) applyOldest(p *oldest) { o(p) }

type leaseOption func(*leaseMajority)

func (o leaseOption) applyLease(p *leaseMajority) { o(p) }

// WithRole has the policy count only members with the role. The others share the fate of
// the side that they are on. The default is to count all.
func WithRole(role string) Option { return option(func(p *policy) { p.role = role }) }

// DownAllWhenUnstable has everybody downed if the view has not become stable for
// stableAfter plus margin since somebody became unreachable: what changes all the time
// looks different from each side, and no side can be sure of the others'. A margin of 0
// is three quarters of stableAfter. The default is to wait for as long as it takes.
func DownAllWhenUnstable(margin time.Duration) Option {
	return option(func(p *policy) {
		if margin == 0 {
			margin = p.stableAfter * 3 / 4
		}
		p.margin = margin
	})
}

// DownIfAlone has KeepOldest give the oldest member up if it is alone on its side and
// there are two or more on the other. The default is that the oldest always survives.
func DownIfAlone() OldestOption { return oldestOption(func(p *oldest) { p.downIfAlone = true }) }

// WithMinorityDelay sets how much longer than stableAfter a side waits before it asks for
// the lease if it has no majority, so that the majority normally gets it. The default is
// stableAfter.
func WithMinorityDelay(d time.Duration) LeaseOption {
	return leaseOption(func(p *leaseMajority) { p.delay = d })
}

// WithLeaseTimeout sets how long a side tries to get an answer from the lease before it
// gives up, and goes down. The default is 5 s.
func WithLeaseTimeout(d time.Duration) LeaseOption {
	return leaseOption(func(p *leaseMajority) { p.timeout = d })
}
