package mnginkgo_test

import "testing"

func TestAFaultThatMustBiteFailsItsSpecIfItDoesNot(t *testing.T) {
	t.Parallel()
	eachWay(t, "toothless", []way{inProcess, ginkgo2}, func(t *testing.T, o outcome) {
		o.failed(2).shows(`
  [FAILED] lose(a > b: loss 50%) had no effect: no frame met it while it lasted (at `).shows(`
  [FAILED] partition(a, b) had no effect: no frame met it while it lasted (at `).shows(`
    faults without an effect
      lose(a > b: loss 50%)
      partition(a, b)
`)
	})
}

func TestWhatANemesisCannotDoFailsAtTheLineOfUnleash(t *testing.T) {
	t.Parallel()
	eachWay(t, "late-nonsense", []way{inProcess, ginkgo2, isolated}, func(t *testing.T, o outcome) {
		o.failed(2)
		for line, place := range map[string]string{
			`nemesis: 1ms for 1h0m0s: kill a: kill: role "a" is killed; it must be running`:             "kill a // twice",
			`nemesis: end of 0s for 1h0m0s: kill b: start: role "b" is running; it must be not started`: "kill b // started by the body",
		} {
			o.shows("\n  [FAILED] " + line + "\n").shows("] at: " + at(t, "faults_test.go", place))
		}
	})
}

func TestFaultsRefuseNonsense(t *testing.T) {
	t.Parallel()
	eachWay(t, "fault-nonsense", []way{inProcess, ginkgo2}, func(t *testing.T, o outcome) {
		o.failed(20)
		for _, line := range []string{
			"lose(a > b: loss 150%): transport/fault: loss: a share of 1.5 is not allowed, only from 0 to 1",
			`duplicate(a, z: duplication 10%): unknown role "z": the roles are a, b`,
			"delay(all links: delay -1s): transport/fault: latency: a delay of -1s is not allowed, only over 0 and up to",
			"limit(all links: bandwidth 0 B/s): transport/fault: bandwidth: a rate of 0 bytes a second is not allowed, only 1 or more",
			"lose in bursts(all links: loss 90% in bursts of 4): transport/fault: burst loss: a share of 0.9 in bursts of 4 is not allowed, only from 0 to 0.8",
			"mtu(a > b: mtu 60, fragmented): transport/fault: mtu: a packet of 60 bytes is not allowed, only of 68 to 65535",
			"mtu(a > b: mtu 1500): an option is nil: the only one is Fragmented()",
			"limit(a > b: bandwidth 1000 B/s): an option is nil: the only one is fault.Queue(...)",
			"lose in bursts(all links: loss in bursts of +Inf): transport/fault: burst loss: bursts of +Inf frames are not allowed, only of 1 or more, and finite",
			"drop(all links): the predicate was not made by FrameMatching",
			"drop number 0(all links): n is 0: frames are counted from 1",
			"cut(beyond 1): no two roles are further apart than 1: the roles are a, b",
			`cut(a): needs two groups or more: Roles("a"), Roles("...")`,
			"cut(among a): there is no link between these roles",
			`skew clock(z, 1h0m0s): unknown role "z": the roles are a, b`,
			"hold(a, b): hold(a > b) holds a link of these already: undo it first",
			"release of hold(a > b): 1 of 1 frames are not held any more",
			"unleash: MaxDown is 0, so that nobody can be crashed, killed or paused: set it to 1 or more",
			`unleash: schedule, line 1: unknown role "z": the roles are a, b` + "\n  In [It] at: " + at(t, "faults_test.go", "kills nobody"),
			`unleash: unknown verb "party": the verbs are bridge, corrupt, crash, delay,`,
		} {
			o.shows("\n  [FAILED] " + line)
		}
	})
}
