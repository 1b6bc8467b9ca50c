package record_test

import (
	"fmt"

	"github.com/7aca83c2/multinode/record"
)

func ExampleCompare() {
	up := func(at int64, unreachable bool) record.View { // how a sees b
		return record.View{At: at, Role: 0, Members: []record.Member{{Role: 0, Status: "up"}, {Role: 1, Status: "up", Unreachable: unreachable}}}
	}
	run := func(seed string, heal int64, views ...record.View) *record.Record {
		return &record.Record{
			Seed: seed, Roles: []string{"a", "b"}, Took: 3_000_000, Views: views,
			Verbs: []record.Verb{{At: 100_000, Text: "partition(a, b)"}, {At: heal, Text: "heal(a, b)"}},
		}
	}
	good := run("7", 800_000, up(0, false), up(600_000, true), up(900_000, false))
	bad := run("8", 1_000_000, up(0, false), up(700_000, true))

	d := record.Compare(good, bad)
	fmt.Println(d.Sentence.Text)
	fmt.Println(d.Bad, d.Good)
	// Output:
	// Unlike the run that passed (seed 7): after heal(a, b), a did not take b for up; there it did, at 1.100 s.
	// 1100000 900000
}
