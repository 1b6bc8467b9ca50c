package peers_test

import (
	"testing"

	"github.com/7aca83c2/multinode/bench/peers"
)

func TestProtoTell(t *testing.T) {
	for _, c := range []struct{ senders, messages int }{{1, 1}, {1, 1000}, {2, 1001}, {5, 3}} {
		took, err := peers.ProtoTell(c.senders, c.messages)
		if err != nil || took <= 0 {
			t.Errorf("%+v: took %v, %v", c, took, err)
		}
	}
	for _, c := range []struct{ senders, messages int }{{0, 1}, {1, 0}} {
		if _, err := peers.ProtoTell(c.senders, c.messages); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

func TestProtoAsk(t *testing.T) {
	if took, err := peers.ProtoAsk(1000); err != nil || took <= 0 {
		t.Errorf("took %v, %v", took, err)
	}
	if _, err := peers.ProtoAsk(0); err == nil {
		t.Error("no asks: no error")
	}
}

func TestProtoSpawn(t *testing.T) {
	took, bytes, err := peers.ProtoSpawn(1000)
	if err != nil || took <= 0 || bytes <= 0 {
		t.Errorf("took %v, %g bytes each, %v", took, bytes, err)
	}
	if _, _, err := peers.ProtoSpawn(0); err == nil {
		t.Error("no actors: no error")
	}
}
