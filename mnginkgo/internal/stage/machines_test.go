package stage

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
)

// idle is a Runner without a node.
type idle struct{}

func (idle) Call(context.Context, string, []byte) ([]byte, error) { return nil, nil }
func (idle) Crash(context.Context) error                          { return nil }

// onMachines runs a test on a stage with the roles a and b. What a dials ends with the error
// that dial returns.
func onMachines(t *testing.T, test func(t *testing.T, s *Stage, dial func() error)) {
	synctest.Test(t, func(t *testing.T) {
		s := New(transport.NewSwitch(), time.Second, map[string]transport.Address{"a": "a~net", "b": "b~net"}, nil)
		s.SetRunner("b", idle{})
		a, err := netconn.NewStack(chanpair.New(s.Switch()), "a~net")
		if err != nil {
			t.Fatal(err)
		}
		test(t, s, func() error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := a.DialContext(ctx, "tcp", "b~net:80")
			return err
		})
		if err := errors.Join(s.Close(), a.Close()); err != nil {
			t.Error(err)
		}
	})
}

func wantDial(t *testing.T, dial func() error, want error) {
	t.Helper()
	if err := dial(); !errors.Is(err, want) {
		t.Errorf("dial: %v, not %v", err, want)
	}
}

func TestAMachineIsDesertedUntilItIsReclaimed(t *testing.T) {
	onMachines(t, func(t *testing.T, s *Stage, dial func() error) {
		wantDial(t, dial, context.DeadlineExceeded)
		for range 2 { // the second finds it so
			if err := Desert.Tell(t.Context(), s, "b"); err != nil {
				t.Error(err)
			}
			wantDial(t, dial, syscall.ECONNREFUSED)
		}
		for range 2 {
			if err := Reclaim.Tell(t.Context(), s, "b"); err != nil {
				t.Error(err)
			}
			wantDial(t, dial, context.DeadlineExceeded)
		}
		if err := Desert.Tell(t.Context(), s, "z"); err != nil {
			t.Errorf("a role without a machine: %v", err)
		}
	})
}

func TestACrashEndsADesertedMachine(t *testing.T) {
	onMachines(t, func(t *testing.T, s *Stage, dial func() error) {
		if err := errors.Join(Desert.Tell(t.Context(), s, "b"), Crash.Tell(t.Context(), s, "b")); err != nil {
			t.Error(err)
		}
		wantDial(t, dial, context.DeadlineExceeded)
	})
}

func TestNoMachineOutlivesItsStage(t *testing.T) {
	onMachines(t, func(t *testing.T, s *Stage, dial func() error) {
		if err := errors.Join(Desert.Tell(t.Context(), s, "b"), s.Close(), Desert.Tell(t.Context(), s, "b")); err != nil {
			t.Error(err)
		}
		wantDial(t, dial, context.DeadlineExceeded)
	})
}

func TestAMachineThatIsInUseIsNotDeserted(t *testing.T) {
	onMachines(t, func(t *testing.T, s *Stage, dial func() error) {
		if err := Desert.Tell(t.Context(), s, "a"); !errors.Is(err, transport.ErrInUse) {
			t.Errorf("error: %v", err)
		}
	})
}
