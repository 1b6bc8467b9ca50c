package page_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

func ExampleWriteBeside() {
	run := func(state string, verbs ...string) *record.Record {
		r := &record.Record{Spec: "orders survive a cut", State: state, Roles: []string{"a", "b"}, Took: 2_000_000}
		for i, text := range verbs {
			r.Verbs = append(r.Verbs, record.Verb{At: int64(i) * 500_000, Text: text})
		}
		return r
	}
	bad, good := run("failed", "start(a, b)", "crash(a)"), run("passed", "start(a, b)", "restart(a)")

	var file bytes.Buffer // an os.File, otherwise
	if err := page.WriteBeside(&file, bad, good); err != nil {
		fmt.Println(err)
		return
	}

	head, err := page.ReadHead(&file)
	fmt.Println(head.Summary[0], err)
	// Output:
	// Unlike the run that passed: after start(a, b), the spec did crash(a) at 0.500 s; there it did not. <nil>
}

func Example() {
	r := &record.Record{
		Spec: "orders survive a cut", Variant: "in-process", State: "failed", Roles: []string{"a", "b"},
		Began: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), Took: 2_505_452,
		Failure: &record.Failure{At: 2_504_802, Message: "Timed out after 2.001s."},
		Faults:  []record.Fault{{At: 3_170, Verb: "partition(a, b)", Kind: record.Cut, Links: []record.Ended{{From: 0, To: 1}, {From: 1, To: 0}}}},
	}
	var file bytes.Buffer // an os.File, otherwise
	if err := page.Write(&file, r); err != nil {
		fmt.Println(err)
		return
	}

	head, err := page.ReadHead(bytes.NewReader(file.Bytes()))
	fmt.Println(head.Spec, head.State, head.Faults, err)

	again, err := page.Read(&file)
	fmt.Println(again.Failure.Message, err)
	// Output:
	// orders survive a cut failed [partition(a, b)] <nil>
	// Timed out after 2.001s. <nil>
}
