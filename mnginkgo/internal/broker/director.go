package broker

import (
	"context"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// director is this process's way to a stage in the broker: directed or hosted.
type director struct {
	peer *rpc.Peer
	as   string
}

// Ask implements stage.Director.
func (d director) Ask(ctx context.Context, verb string, argument []byte) ([]byte, error) {
	answer, err := d.peer.Call(ctx, d.as+verb, argument)
	return answer, known(ctx, err)
}

// backstage is the Backstage of the role that this process hosts.
type backstage struct{ director }

var _ stage.Backstage = backstage{}

// Log implements stage.Backstage.
func (b backstage) Log(e stage.Entry) {
	_ = noticeLog.send(b.peer, e) // without a broker there is no timeline
}

// Saw implements stage.Backstage.
func (b backstage) Saw(s stage.Sight) {
	_ = noticeSaw.send(b.peer, s) // without a broker there is no record
}

// Failed implements stage.Backstage.
func (b backstage) Failed(f stage.Failure) {
	_ = noticeFailed.send(b.peer, f) // without a broker the run fails anyway
}
