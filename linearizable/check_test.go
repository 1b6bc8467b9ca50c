package linearizable_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/linearizable"
	"github.com/7aca83c2/multinode/mnginkgo"
)

// asked is a read, a put or, if from is not empty, a compare-and-swap.
type asked struct{ key, put, from string }

func (a asked) String() string {
	switch {
	case a.from != "":
		return fmt.Sprintf("swap %s by %s", a.from, a.put)
	case a.put != "":
		return "put " + a.put
	}
	return "get"
}

var register = linearizable.Model[string, asked, string]{
	Key: func(a asked) string { return a.key },
	Step: func(value string, a asked) (answer, next string) {
		switch {
		case a.from != "" && a.from != value:
			return "no", value
		case a.put != "":
			return "ok", a.put
		}
		return value, value
	},
}

// operations are a history.
type operations []mnginkgo.Operation[asked, string]

func (o operations) Operations() []mnginkgo.Operation[asked, string] { return o }

// did returns an operation that has returned, with times in milliseconds.
func did(client string, called, ended int, what asked, answer string) mnginkgo.Operation[asked, string] {
	return mnginkgo.Operation[asked, string]{
		Client: client, Input: what, Outcome: mnginkgo.CallReturned, Output: answer,
		Called: time.Duration(called) * time.Millisecond, Ended: time.Duration(ended) * time.Millisecond,
	}
}

// unknown returns an operation of unknown outcome.
func unknown(client string, called int, what asked) mnginkgo.Operation[asked, string] {
	o := did(client, called, 0, what, "")
	o.Outcome = mnginkgo.CallUnknown
	return o
}

// failed returns an operation that has failed.
func failed(client string, called, ended int, what asked) mnginkgo.Operation[asked, string] {
	o := did(client, called, ended, what, "")
	o.Outcome = mnginkgo.CallFailed
	return o
}

var (
	read = asked{}
	put1 = asked{put: "1"}
	put2 = asked{put: "2"}
	swap = asked{from: "1", put: "2"}
)

func TestWhatIsLinearizable(t *testing.T) {
	for name, history := range map[string]operations{
		"one after another":          {did("a", 1, 2, put1, "ok"), did("b", 3, 4, read, "1")},
		"reads beside a write":       {did("a", 1, 9, put1, "ok"), did("b", 2, 3, read, ""), did("b", 4, 5, read, "1")},
		"in the order of no call":    {did("a", 1, 9, put1, "ok"), did("b", 2, 8, put2, "ok"), did("a", 10, 11, read, "1")},
		"done, and not known":        {unknown("a", 1, put1), did("b", 2, 3, read, "1")},
		"done late":                  {unknown("a", 1, put1), did("b", 2, 3, read, ""), did("b", 4, 5, put2, "ok"), did("b", 6, 7, read, "1")},
		"never done":                 {unknown("a", 1, put1), did("b", 2, 3, read, "")},
		"a swap, and not known":      {did("a", 1, 2, put1, "ok"), unknown("a", 3, swap), did("b", 4, 5, read, "2")},
		"a swap too late":            {unknown("a", 1, swap), did("b", 2, 3, read, ""), did("b", 4, 5, put2, "ok")},
		"a read of unknown outcome":  {did("a", 1, 2, put1, "ok"), unknown("b", 3, read), did("a", 4, 5, read, "1")},
		"failed":                     {failed("a", 1, 2, put1), did("b", 3, 4, read, "")},
		"keys apart from each other": {did("a", 1, 2, asked{key: "x", put: "1"}, "ok"), did("a", 3, 4, asked{key: "y"}, "")},
	} {
		t.Run(name, func(t *testing.T) {
			if err := register.Check(history, time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatIsNotLinearizableIsShown(t *testing.T) {
	described := register
	described.Describe = func(a asked, answer string) string { return fmt.Sprintf("%v: %q", a, answer) }
	for name, c := range map[string]struct {
		model   linearizable.Model[string, asked, string]
		history operations
		want    string
	}{
		"a stale read": {register, operations{
			did("client 1", 1, 2, put1, "ok"), did("client 1", 3, 4, put2, "ok"), did("client 2", 5, 6, read, "1"), did("client 2", 7, 8, read, "0"),
		}, `
linearizable: the history is not linearizable: all of it
2 of its 4 operations can have been done one after another, the last of them
  client 1, 1ms to 2ms: put 1 → ok
  client 1, 3ms to 4ms: put 2 → ok
and then none of these
  client 2, 5ms to 6ms: get → 1, not get → 2`},
		"of one key": {described, operations{
			did("a", 1, 2, asked{key: "x", put: "1"}, "ok"), did("a", 3, 4, asked{key: "y", put: "1"}, "ok"),
			did("b", 5, 6, asked{key: "x"}, "1"), did("b", 7, 8, asked{key: "y"}, "3"),
		}, `
linearizable: the history is not linearizable: "y"
1 of its 2 operations can have been done one after another, the last of them
  a, 3ms to 4ms: put 1: "ok"
and then none of these
  b, 7ms to 8ms: get: "3", not get: "1"`},
		"from the first on": {register, operations{did("a", 1, 3, read, "1"), did("b", 2, 4, read, "2"), did("a", 5, 6, put1, "ok")}, `
linearizable: the history is not linearizable: all of it
of its 3 operations none of these can have been done first
  a, 1ms to 3ms: get → 1, not get → ` + `
  b, 2ms to 4ms: get → 2, not get → `},
		"read before it was put": {register, operations{did("b", 1, 2, read, "1"), unknown("a", 3, put1)}, `
linearizable: the history is not linearizable: all of it
of its 2 operations none of these can have been done first
  b, 1ms to 2ms: get → 1, not get → `},
		"read, but failed": {register, operations{failed("a", 1, 2, put1), did("b", 3, 4, read, "1")}, `
linearizable: the history is not linearizable: all of it
of its 1 operations none of these can have been done first
  b, 3ms to 4ms: get → 1, not get → `},
		"done twice": {register, operations{
			did("a", 1, 2, put1, "ok"), unknown("b", 3, put2), did("a", 4, 5, read, "2"), did("a", 6, 7, read, "1"), did("a", 8, 9, read, "2"),
		}, `
linearizable: the history is not linearizable: all of it
3 of its 5 operations can have been done one after another, the last of them
  a, 1ms to 2ms: put 1 → ok
  b, 3ms on: put 2, outcome unknown
  a, 4ms to 5ms: get → 2
and then none of these
  a, 6ms to 7ms: get → 1, not get → 2`},
		"beside one of unknown outcome": {register, operations{did("a", 1, 2, put1, "ok"), unknown("b", 3, put2), did("a", 4, 5, read, "3")}, `
linearizable: the history is not linearizable: all of it
1 of its 3 operations can have been done one after another, the last of them
  a, 1ms to 2ms: put 1 → ok
and then none of these
  a, 4ms to 5ms: get → 3, not get → 1`},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.model.Check(c.history, time.Minute)
			if !errors.Is(err, linearizable.ErrNotLinearizable) || errors.Is(err, linearizable.ErrUndecided) {
				t.Fatalf("the error is %v", err)
			}
			if got, want := err.Error(), strings.TrimPrefix(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestALongExplanationIsCut(t *testing.T) {
	history := operations{}
	for i := range 9 {
		history = append(history, did("a", 2*i, 2*i+1, put1, "ok"))
	}
	for i := range 7 {
		history = append(history, did(fmt.Sprint("reader ", i), 20, 30, read, "2"))
	}
	want := `linearizable: the history is not linearizable: all of it
9 of its 16 operations can have been done one after another, the last of them
  a, 12ms to 13ms: put 1 → ok
  a, 14ms to 15ms: put 1 → ok
  a, 16ms to 17ms: put 1 → ok
and then none of these
  reader 0, 20ms to 30ms: get → 2, not get → 1
  reader 1, 20ms to 30ms: get → 2, not get → 1
  reader 2, 20ms to 30ms: get → 2, not get → 1
  reader 3, 20ms to 30ms: get → 2, not get → 1
  reader 4, 20ms to 30ms: get → 2, not get → 1
  and 2 more`
	if got := register.Check(history, time.Minute).Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestGomegaShowsTheErrorOnce(t *testing.T) {
	message := ""
	g := gomega.NewGomega(func(text string, _ ...int) { message = text })
	g.Expect(register.Check(operations{did("a", 1, 2, read, "1")}, time.Minute)).To(gomega.Succeed())
	if n := strings.Count(message, "of its 1 operations"); n != 1 {
		t.Errorf("%d times in:\n%s", n, message)
	}
}

// hard returns a history that takes for ever to look at whole: a read that is wrong, behind many writes of unknown outcome.
func hard() (history operations) {
	for i := range 40 {
		history = append(history, unknown(fmt.Sprint("writer ", i), i, asked{put: fmt.Sprint(i)}))
	}
	return append(history, did("reader", 50, 51, read, "7"), did("reader", 52, 53, read, "8"), did("reader", 54, 55, read, "7"))
}

func TestWhatTakesTooLongIsUndecided(t *testing.T) {
	look := func(t *testing.T) {
		began := time.Now()
		err := register.Check(hard(), 50*time.Millisecond)
		want := "linearizable: nobody knows whether the history is linearizable: all of it has 43 operations, for which 50ms were too short"
		if !errors.Is(err, linearizable.ErrUndecided) || errors.Is(err, linearizable.ErrNotLinearizable) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
	}
	t.Run("in real time", look)
	t.Run("in virtual time", func(t *testing.T) { synctest.Test(t, look) })
}

func TestAKeyThatIsWrongIsFoundBesideOneThatTakesTooLong(t *testing.T) {
	history := append(hard(), did("a", 1, 2, asked{key: "x"}, "1"))
	if err := register.Check(history, time.Minute); err == nil || !strings.Contains(err.Error(), `not linearizable: "x"`) {
		t.Errorf("the error is %v", err)
	}
}

func TestWhatNobodyHasSeenIsLeftOut(t *testing.T) {
	quick := register
	quick.Shows = func(a asked, answer string, unknown asked) bool { return a == read && answer == unknown.put }
	want := `linearizable: the history is not linearizable: all of it
4 of its 5 operations can have been done one after another, the last of them
  reader, 50ms to 51ms: get → 7
  writer 8, 8ms on: put 8, outcome unknown
  reader, 52ms to 53ms: get → 8
and then none of these
  reader, 54ms to 55ms: get → 7, not get → 8`
	if got := fmt.Sprint(quick.Check(hard(), time.Minute)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := quick.Check(hard()[:42], time.Minute); err != nil {
		t.Errorf("what was seen was left out: %v", err)
	}
}

func TestNothingReturnedIsAnError(t *testing.T) {
	for _, history := range []operations{nil, {unknown("a", 1, put1), failed("b", 2, 3, read)}} {
		err := register.Check(history, time.Minute)
		if !errors.Is(err, linearizable.ErrEmpty) || err.Error() != "linearizable: no operation of the history has returned" {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestTheKeyIsDrawn(t *testing.T) {
	drawn := register
	drawn.Drawing = filepath.Join(t.TempDir(), "key.html")
	right := did("a", 1, 2, asked{key: "x", put: "4711"}, "ok")
	if err := drawn.Check(operations{right}, time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(drawn.Drawing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what is linearizable was drawn: %v", err)
	}
	history := operations{right, unknown("b", 3, put2), did("c", 4, 5, read, "3")}
	err := drawn.Check(history, time.Minute)
	if err == nil || !strings.HasSuffix(err.Error(), "\ndrawing: "+drawn.Drawing) {
		t.Errorf("the error is %v", err)
	}
	html, err := os.ReadFile(drawn.Drawing)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"put 2, outcome unknown": true, "get → 3": true, "4711": false} {
		if is := strings.Contains(string(html), text); is != want {
			t.Errorf("%q is in the drawing: %v, want %v", text, is, want)
		}
	}
	drawn.Drawing = filepath.Join(t.TempDir(), "none", "key.html")
	if err := drawn.Check(history, time.Minute); err == nil || !strings.Contains(err.Error(), "key.html: there is none: open ") {
		t.Errorf("the error is %v", err)
	}
}
