package browsertest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/record"
)

const (
	ms     = int64(1000) // microseconds
	second = 1000 * ms
)

// base returns a record of roles that run from the begin to the end, and all see all as up, and the first as leader.
func base(spec string, took int64, roles ...string) *record.Record {
	r := &record.Record{
		Spec: spec, Suite: "Generated", Place: "suites/generated/generated_test.go:7", Variant: "in-process", Seed: "7",
		State: "failed", Began: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), Took: took, Roles: roles,
		Frames: record.Frames{Fates: []string{"delivered", "waiting", "cut", "loss", "down"}, Kinds: []string{"heartbeat", "gossip"}},
	}
	for role := range roles {
		r.Lives = append(r.Lives, record.Life{At: 1 * ms, Role: role, State: record.Running, Incarnation: 1})
		r.Views = append(r.Views, view(r, 5*ms, role, 0))
	}
	r.Verbs = append(r.Verbs, record.Verb{At: 500, End: new(ms), Text: "start(" + strings.Join(roles, ", ") + ")"})
	return r
}

// view is that a role sees all as up but for those that are unreachable.
func view(r *record.Record, at int64, role, leader int, unreachable ...int) record.View {
	v := record.View{At: at, Role: role, Leader: &leader}
	for of := range r.Roles {
		m := record.Member{Role: of, Status: "up"}
		for _, u := range unreachable {
			m.Unreachable = m.Unreachable || u == of
		}
		v.Members = append(v.Members, m)
	}
	return v
}

func fail(r *record.Record, at int64, message string) *record.Record {
	r.Failure = &record.Failure{At: at, Message: message, Place: "suites/generated/generated_test.go:42"}
	r.Summary = []record.Sentence{{About: "failure", Text: fmt.Sprintf("%s At %.3f s.", message, float64(at)/1e6), Moments: []record.Moment{{Text: fmt.Sprintf("%.3f s", float64(at)/1e6), At: at}}}}
	return r
}

// traffic adds n frames, evenly over the whole, each between two roles at random. Those on a link that is cut are lost.
func traffic(r *record.Record, n int, from, to int64) *record.Record {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	roles, last := len(r.Roles), int64(0)
	f := &r.Frames
	for i := range n {
		at := from + int64(i)*(to-from)/int64(n)
		a := random.IntN(roles)
		b := (a + 1 + random.IntN(roles-1)) % roles
		fate, took := record.Delivered, 20+random.Int64N(400)
		if cut(r, a, b, at) {
			fate, took = 2, 0
		}
		f.Sent = append(f.Sent, at-last)
		f.Took = append(f.Took, took)
		f.Link = append(f.Link, a*roles+b)
		f.Bytes = append(f.Bytes, 40+random.IntN(90))
		f.Fate = append(f.Fate, fate)
		f.Kind = append(f.Kind, random.IntN(2))
		last = at
	}
	return r
}

func cut(r *record.Record, from, to int, at int64) bool {
	for _, f := range r.Faults {
		for _, l := range f.Links {
			if f.Kind == record.Cut && l.From == from && l.To == to && f.At <= at && (f.End == nil || at < *f.End) {
				return true
			}
		}
	}
	return false
}

// chaos is a spec of a minute whose nodes tell their leader only, with a fault about every third of a second, and clients.
func chaos(frames int) *record.Record {
	r := base("a store of five does one thing after another, whatever happens to its links", 60*second, "a", "b", "c", "d", "e")
	random := rand.New(rand.NewPCG(3, 4))
	r.Views = nil
	for at := 5 * ms; at < 59*second; at += 900 * ms {
		leader := random.IntN(5)
		for role := range r.Roles {
			seen := leader
			if random.IntN(5) == 0 {
				seen = -1
			}
			r.Views = append(r.Views, record.View{At: at + int64(role)*7*ms, Role: role, Leader: &seen, Mute: true, Polled: role == 4})
		}
	}
	for i := range 200 {
		at, lasts := int64(i)*290*ms, 100*ms+random.Int64N(1200*ms)
		a, b := i%5, (i+1+i/5%4)%5
		kind, verb := record.Cut, fmt.Sprintf("partition(%s, %s)", r.Roles[a], r.Roles[b])
		if i%3 == 0 {
			kind, verb = "delay", fmt.Sprintf("delay(%s, %s: delay exponential %dms)", r.Roles[a], r.Roles[b], 5+i%40)
		}
		end := at + lasts
		r.Faults = append(r.Faults, record.Fault{At: at, End: &end, Verb: verb, Kind: kind, Bites: uint64(i), Links: []record.Ended{{From: a, To: b, End: &end}, {From: b, To: a, End: &end}}})
	}
	for i := range 1200 {
		at := int64(i) * 49 * ms
		o := record.Operation{At: at, End: new(at + random.Int64N(200*ms)), Client: fmt.Sprintf("client %d", i%5), Role: i % 5, Input: fmt.Sprintf("put x%d %d", i%7, i), Output: "ok"}
		switch i % 40 {
		case 7:
			o.End, o.Output = nil, ""
		case 21:
			o.Error, o.Output = "no leader", ""
		}
		r.Operations = append(r.Operations, o)
		r.Log = append(r.Log, record.Line{At: at, Role: i % 5, Text: fmt.Sprintf("INFO applied entry %d", i)})
	}
	return traffic(fail(r, 59900*ms, "Expected the history to be linearizable."), frames, 2*ms, 59900*ms)
}

func evicted() *record.Record {
	r := traffic(fail(base("most frames of a long spec are counts", 30*second, "a", "b", "c"), 29*second, "Timed out after 2.000s."), 2000, 20*second, 29*second)
	r.Failure.Waited = 2 * second
	r.LeftOut = record.LeftOut{Frames: 40000, Before: 20 * second, Lines: 12, Operations: 3, Views: 2}
	for at := int64(0); at < 20*second; at += 200 * ms {
		for link := range 9 {
			if link%4 != 0 {
				b := record.Bucket{At: at, Width: 200 * ms, Link: link, Delivered: 40}
				if link == 1 && at > 5*second && at < 8*second {
					b.Delivered, b.Lost = 0, 37
				}
				r.LeftOut.Buckets = append(r.LeftOut.Buckets, b)
			}
		}
	}
	return r
}

func longNames() *record.Record {
	r := base("roles have the names of their machines", 3*second, "frontend-eu-west-1a", "replica-eu-central-1b-secondary", "arbiter", "日本-東京-1")
	r.Views = append(r.Views, view(r, second, 0, 0, 2), view(r, second+ms, 1, 0, 2))
	links := []record.Ended{{From: 0, To: 2}, {From: 2, To: 0}, {From: 1, To: 2}, {From: 2, To: 1}}
	r.Faults = []record.Fault{{At: 400 * ms, Verb: "split(frontend-eu-west-1a, replica-eu-central-1b-secondary | arbiter)", Kind: record.Cut, Links: links, Bites: 9}}
	return traffic(fail(r, 2900*ms, "Timed out after 2.000s."), 400, 2*ms, 2900*ms)
}

func virtual() *record.Record {
	r := base("a lease is given up after an hour of silence", 3*3600*second, "a", "b", "c")
	r.Variant = "virtual"
	end := 2 * 3600 * second
	r.Faults = []record.Fault{{At: 1800 * second, End: &end, Verb: "isolate(c)", Kind: record.Cut, Bites: 40, Links: []record.Ended{{From: 0, To: 2, End: &end}, {From: 2, To: 0, End: &end}, {From: 1, To: 2, End: &end}, {From: 2, To: 1, End: &end}}}}
	for role := range 2 {
		r.Views = append(r.Views, view(r, 1830*second, role, 0, 2))
	}
	r.Views = append(r.Views, view(r, 1830*second, 2, 2, 0, 1))
	return traffic(fail(r, 3*3600*second-second, "Expected <bool>: true to be false."), 3000, second, 3*3600*second-second)
}

func crashed() *record.Record {
	r := base("what has crashed stays so", 2*second, "a", "b", "c")
	r.Lives = append(r.Lives, record.Life{At: 700 * ms, Role: 1, State: "crashed", Incarnation: 1}, record.Life{At: 900 * ms, Role: 2, State: "killed", Incarnation: 1})
	r.Views = append(r.Views, view(r, 1200*ms, 0, 0, 1, 2))
	down := view(r, 1500*ms, 0, 0)
	down.Members[1].Status, down.Members[2].Status = "down", "leaving"
	r.Views = append(r.Views, down)
	r.Stalls = []record.Stall{{At: r.Took / 2, What: `the barrier "ready"`, Where: []record.Goroutines{
		{Count: 1, Stack: "main.wait(...)\n\t/src/wait.go:12"}, {Roles: []int{0, 2}, Count: 14, Stack: "main.loop(...)\n\t/src/loop.go:40"},
	}}}
	return traffic(fail(r, 1900*ms, "spec ran into its SpecTimeout"), 300, 2*ms, 650*ms)
}

func noViews() *record.Record {
	r := base("nothing is known but frames", second, "a", "b")
	r.Views = nil
	return traffic(fail(r, 900*ms, "Expected 1 to be 2."), 200, ms, 800*ms)
}

func passed() *record.Record {
	r := base("nothing went wrong, and nobody said a word", second, "a", "b", "c")
	r.State = "passed"
	return r
}

func hostile() *record.Record {
	bad := "</script><script>alert(1)</script><!-- \"'\u2028&amp;\xff`${x}"
	r := fail(base(bad, second, bad+"1", bad+"2"), 900*ms, bad)
	r.Log = []record.Line{{At: 10, Role: 0, Text: bad}, {At: 11, Role: -1, Text: bad}}
	r.Faults = []record.Fault{{At: 20, Verb: bad, Kind: record.Cut, Links: []record.Ended{{From: 0, To: 1}}, Place: bad}}
	r.Operations = []record.Operation{{At: 30, Client: bad, Role: 0, Input: bad, Error: bad}}
	r.Again, r.Place = bad, bad
	return traffic(r, 50, ms, 800*ms)
}
