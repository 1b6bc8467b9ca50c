package gossip

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

// Service is a node of a cluster that finds its peers by gossip.
type Service struct {
	*memberlist.Memberlist
	end     context.CancelFunc
	joining sync.WaitGroup
}

// Start starts the node of that name, which goes on asking those of names that it misses: memberlist
// by itself forgets whom it has given up, whether they are back or not.
func Start(network Network, self string, names []string, to *slog.Logger) (*Service, error) {
	transport, err := NewTransport(network, self, names)
	if err != nil {
		return nil, err
	}
	config := memberlist.DefaultLocalConfig()
	config.Name, config.Transport = self, transport
	config.ProbeInterval, config.ProbeTimeout, config.GossipInterval = 50*time.Millisecond, 20*time.Millisecond, 10*time.Millisecond
	config.PushPullInterval, config.TCPTimeout = 500*time.Millisecond, 100*time.Millisecond
	config.Logger = log.New(lines{to}, "", 0)
	list, err := memberlist.Create(config)
	if err != nil {
		return nil, errors.Join(err, transport.Shutdown())
	}
	ctx, end := context.WithCancel(context.Background())
	s := &Service{Memberlist: list, end: end}
	s.joining.Go(func() {
		again := time.NewTicker(20 * time.Millisecond)
		defer again.Stop()
		for ctx.Err() == nil {
			for _, name := range names {
				if !s.knows(name) {
					_, _ = s.Join([]string{transport.IP(name).String()}) // or it is asked again
				}
			}
			select {
			case <-again.C:
			case <-ctx.Done():
			}
		}
	})
	return s, nil
}

func (s *Service) knows(name string) bool {
	return slices.ContainsFunc(s.Members(), func(m *memberlist.Node) bool { return m.Name == name })
}

// Stop ends the node without a word to the others, who will miss it.
func (s *Service) Stop(context.Context) error {
	s.end()
	s.joining.Wait()
	return s.Shutdown()
}

// Leave tells the others, so that they need not miss it, and ends the node.
func (s *Service) Leave(ctx context.Context) error {
	within := time.Second
	if deadline, ok := ctx.Deadline(); ok {
		within = time.Until(deadline)
	}
	if err := s.Memberlist.Leave(within); err != nil {
		return err
	}
	return s.Stop(ctx)
}

// lines logs what memberlist says.
type lines struct{ to *slog.Logger }

func (l lines) Write(line []byte) (int, error) {
	l.to.Debug(string(line[:len(line)-1]))
	return len(line), nil
}
