package broker

import (
	"context"

	"github.com/7aca83c2/multinode/internal/rpc"
	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// serveDirector lets the process conduct the spec whose lease it has.
func serveDirector(h *host) {
	direct(h, methodCall, func(ctx context.Context, d stage.Director, c callRequest) (text, error) {
		answer, err := d.Call(ctx, c.Role, c.Method, c.Body)
		return text{string(answer)}, err
	})
	direct(h, methodCrash, func(ctx context.Context, d stage.Director, role text) (nothing, error) {
		return nothing{}, d.Crash(ctx, role.Text)
	})
	direct(h, methodDesert, func(ctx context.Context, d stage.Director, role text) (nothing, error) {
		return nothing{}, d.Desert(ctx, role.Text)
	})
	direct(h, methodReclaim, func(ctx context.Context, d stage.Director, role text) (nothing, error) {
		return nothing{}, d.Reclaim(ctx, role.Text)
	})
	direct(h, methodProcess, func(ctx context.Context, d stage.Director, r processRequest) (nothing, error) {
		return nothing{}, d.Process(ctx, r.Role, r.Deed)
	})
	direct(h, methodCut, func(ctx context.Context, d stage.Director, l linkList) (nothing, error) {
		return nothing{}, d.Cut(ctx, l.Links)
	})
	direct(h, methodMend, func(ctx context.Context, d stage.Director, l linkList) (nothing, error) {
		return nothing{}, d.Mend(ctx, l.Links)
	})
	direct(h, methodInflict, func(ctx context.Context, d stage.Director, f stage.Fault) (nothing, error) {
		return nothing{}, d.Inflict(ctx, f)
	})
	direct(h, methodLift, func(ctx context.Context, d stage.Director, f stage.Fault) (nothing, error) {
		return nothing{}, d.Lift(ctx, f)
	})
	direct(h, methodBites, func(ctx context.Context, d stage.Director, names textList) (counts, error) {
		bites, err := d.Bites(ctx, names.Lines)
		return counts{bites}, err
	})
	direct(h, methodHeld, func(ctx context.Context, d stage.Director, l linkList) (heldList, error) {
		frames, err := d.Held(ctx, l.Links)
		return heldList{frames}, err
	})
	direct(h, methodSettle, func(ctx context.Context, d stage.Director, s settlement) (counts, error) {
		n, err := d.Settle(ctx, s.Frames, s.Release)
		return counts{[]uint64{uint64(n)}}, err
	})
	direct(h, methodStats, func(ctx context.Context, d stage.Director, _ nothing) (statsList, error) {
		stats, err := d.Stats(ctx)
		return statsList{stats}, err
	})
	direct(h, methodNote, func(ctx context.Context, d stage.Director, t text) (nothing, error) {
		return nothing{}, d.Note(ctx, t.Text)
	})
	direct(h, methodGather, func(ctx context.Context, d stage.Director, _ nothing) (nothing, error) {
		return nothing{}, d.Gather(ctx)
	})
	direct(h, methodBarred, func(ctx context.Context, d stage.Director, _ nothing) (textList, error) {
		lines, err := d.Barred(ctx)
		return textList{lines}, err
	})
	direct(h, methodFlush, func(ctx context.Context, d stage.Director, _ nothing) (nothing, error) {
		return nothing{}, d.Flush(ctx)
	})
	direct(h, methodTimeline, func(ctx context.Context, d stage.Director, _ nothing) (entryList, error) {
		entries, err := d.Timeline(ctx)
		return entryList{entries}, err
	})
}

func direct[A, R any](h *host, method string, do func(context.Context, stage.Director, A) (R, error)) {
	rpc.HandleFunc(h.peer, method, func(ctx context.Context, argument A) (R, error) {
		l, err := h.conducts()
		if err != nil {
			var none R
			return none, err
		}
		result, err := do(ctx, l, argument)
		if err != nil {
			l.mourn(ctx)
		}
		return result, err
	})
}

// mourned returns a context that ends with ctx or, if that ends because the process has died, when
// the spec was told: what waits for the role says so then.
func (h *host) mourned(ctx context.Context) (context.Context, context.CancelFunc) {
	mourned, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		defer cancel()
		switch {
		case h.alive():
		case h.cell == nil:
			<-h.told
		default: // the news of its end waits for what it has called, and so for this
			h.cell.leaveBarriers(h)
		}
	})
	return mourned, func() { stop(); cancel() }
}

// serveBackstage lets the role that the process hosts reach its stage.
func serveBackstage(h *host) {
	rpc.HandleFunc(h.peer, methodBarrier, func(ctx context.Context, r barrierRequest) (nothing, error) {
		l, role, err := h.hostsFor()
		if err != nil {
			return nothing{}, err
		}
		ctx, cancel := h.mourned(ctx)
		defer cancel()
		return nothing{}, l.Barrier(ctx, role, r.Name, r.Parties)
	})
	rpc.HandleFunc(h.peer, methodEnded, func(ctx context.Context, _ nothing) (nothing, error) {
		l, role, err := h.hostsFor()
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, l.Ended(ctx, role)
	})
	rpc.HandleFunc(h.peer, methodLease, func(ctx context.Context, r leaseRequest) (leaseAnswer, error) {
		l, _, err := h.hostsFor()
		if err != nil {
			return leaseAnswer{}, err
		}
		held, err := l.Acquire(ctx, r.Lease, r.Owner)
		return leaseAnswer{held}, err
	})
	rpc.HandleFunc(h.peer, methodUnlease, func(ctx context.Context, r leaseRequest) (nothing, error) {
		l, _, err := h.hostsFor()
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, l.Release(ctx, r.Lease, r.Owner)
	})
	rpc.HandleNoticeFunc(h.peer, notifyFailed, h.failed)
	rpc.HandleFunc(h.peer, methodMakeDir, func(ctx context.Context, path text) (nothing, error) {
		l, _, err := h.hostsFor()
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, l.MakeDir(ctx, path.Text)
	})
	rpc.HandleNoticeFunc(h.peer, notifyLog, func(e stage.Entry) {
		if l, role, err := h.hostsFor(); err == nil { // a line from after the spec's end has no reader
			e.Role = role
			l.Log(e)
		}
	})
}
