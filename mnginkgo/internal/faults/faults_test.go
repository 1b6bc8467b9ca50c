package faults

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/7aca83c2/multinode/internal/codec"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/fault"
)

// props is a Director that notes what it is asked.
type props struct {
	asked []string
	bites map[string]uint64
}

// Ask implements stage.Director.
func (p *props) Ask(_ context.Context, verb string, argument []byte) ([]byte, error) {
	if verb == "bites" {
		names, err := codec.DecodeAs[[]string](argument, nil)
		bites := make([]uint64, len(names))
		for i, name := range names {
			bites[i] = p.bites[name]
		}
		return answer(bites, err)
	}
	if verb == "mend" {
		links, err := codec.DecodeAs[[]transport.Link](argument, nil)
		p.asked = append(p.asked, fmt.Sprint(verb, links))
		return answer(stage.Nothing{}, err)
	}
	f, err := codec.DecodeAs[stage.Fault](argument, nil)
	p.asked = append(p.asked, verb+" "+f.Name)
	return answer(stage.Nothing{}, err)
}

func answer[R any](result R, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return codec.AppendAs(nil, result)
}

func book() (*Book, *props) {
	p := &props{bites: map[string]uint64{}}
	return New(p, 7, func(_ context.Context, verb string) func(error) error {
		p.asked = append(p.asked, verb)
		return func(err error) error { return err }
	}), p
}

func begin(t *testing.T, b *Book, verb string, rule fault.Fault, links ...transport.Link) *Fault {
	t.Helper()
	f := &Fault{Verb: verb, Fault: stage.Fault{Links: links, Rule: rule}}
	if err := b.Begin(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAFaultIsUndoneOnce(t *testing.T) {
	b, p := book()
	f := begin(t, b, "lose(a > b)", fault.Fault{Kind: fault.Loss, Share: 0.1})
	for range 2 {
		if err := b.Undo(t.Context(), f); err != nil {
			t.Error(err)
		}
	}
	if want := []string{"lose(a > b)", "inflict fault 1", "undo lose(a > b)", "lift fault 1"}; !slices.Equal(p.asked, want) {
		t.Errorf("asked %q, want %q", p.asked, want)
	}
}

func TestNonsenseIsNotEntered(t *testing.T) {
	b, p := book()
	if err := b.Begin(t.Context(), &Fault{Fault: stage.Fault{Rule: fault.Fault{Kind: fault.Loss, Share: 2}}}); err == nil {
		t.Error("a share of 2 was not refused")
	}
	if len(p.asked) > 0 || len(b.Idle(t.Context())) > 0 {
		t.Errorf("asked %q", p.asked)
	}
}

func TestALinkIsHeldByOneFaultAtATime(t *testing.T) {
	b, _ := book()
	hold := fault.Fault{Kind: fault.Hold}
	ab, ba := transport.Link{From: "a", To: "b"}, transport.Link{From: "b", To: "a"}
	first := begin(t, b, "hold(a > b)", hold, ab)
	begin(t, b, "hold(b > a)", hold, ba)
	second := &Fault{Fault: stage.Fault{Links: []transport.Link{ab}, Rule: hold}}
	if err := fmt.Sprint(b.Begin(t.Context(), second)); err != "hold(a > b) holds a link of these already: undo it first" {
		t.Errorf("error %s", err)
	}
	if err := b.Undo(t.Context(), first); err != nil {
		t.Error(err)
	}
	if err := b.Begin(t.Context(), second); err != nil {
		t.Error(err)
	}
}

func TestAFaultWithoutAnEffectIsIdle(t *testing.T) {
	b, p := book()
	loss := fault.Fault{Kind: fault.Loss, Share: 0.1}
	bitten, idle := begin(t, b, "lose(a > b)", loss), begin(t, b, "lose(b > a)", loss)
	p.bites[bitten.Name] = 3
	if got := b.Idle(t.Context()); !slices.Equal(got, []*Fault{idle}) {
		t.Errorf("idle: %v", got)
	}
	if n, err := b.Bites(t.Context(), bitten); n != 3 || err != nil {
		t.Errorf("%d bites, %v", n, err)
	}
}

func TestTheSeedOfAVerbDependsOnHowOftenItWasThere(t *testing.T) {
	b, _ := book()
	first := b.SeedOf("lose(a > b)")
	begin(t, b, "lose(b > a)", fault.Fault{Kind: fault.Loss, Share: 0.1})
	if b.SeedOf("lose(a > b)") != first {
		t.Error("another verb changed it")
	}
	begin(t, b, "lose(a > b)", fault.Fault{Kind: fault.Loss, Share: 0.1})
	if b.SeedOf("lose(a > b)") == first {
		t.Error("the second one has the seed of the first")
	}
}

func TestWhatBecameOfFaultsIsRemembered(t *testing.T) {
	b, p := book()
	ab, ba := transport.Link{From: "a", To: "b"}, transport.Link{From: "b", To: "a"}
	cut := &Fault{Verb: "partition(a, b)", Fault: stage.Fault{Links: []transport.Link{ab, ba}, Cut: true}}
	if err := b.Begin(t.Context(), cut); err != nil {
		t.Fatal(err)
	}
	lossy := begin(t, b, "lose(a, b)", fault.Fault{Kind: fault.Loss, Share: 0.5}, ab)
	p.bites["fault 2"] = 7
	if err := b.Mend(t.Context(), "mend(a > b)", []transport.Link{ab}); err != nil {
		t.Fatal(err)
	}
	if last := p.asked[len(p.asked)-2:]; !slices.Equal(last, []string{"mend(a > b)", "mend[a>b]"}) {
		t.Errorf("asked %q", p.asked)
	}
	pasts := b.Pasts(t.Context())
	if len(pasts) != 2 || pasts[0].Ends[ab].IsZero() || !pasts[0].Ends[ba].IsZero() || !pasts[1].Ends[ab].IsZero() || pasts[1].Bites != 7 {
		t.Errorf("got %+v", pasts)
	}
	first := pasts[0].Ends[ab]
	for _, f := range []*Fault{cut, lossy} {
		if err := b.Undo(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	pasts = b.Pasts(t.Context())
	if !pasts[0].Ends[ab].Equal(first) || pasts[0].Ends[ba].IsZero() || pasts[1].Ends[ab].Before(pasts[1].Began) {
		t.Errorf("got %+v", pasts)
	}
}
