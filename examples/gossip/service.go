package gossip

import (
	"context"
	"errors"
	"log"
	"log/slog"
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

// Start starts the node of that name and goes on asking the first of names to be let in
// until that has worked. The name of the first itself asks nobody, unless it was there
// before.
func Start(network Network, self string, names []string, wasThere bool, to *slog.Logger) (*Service, error) {
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
	switch {
	case self != names[0]:
		s.joining.Go(func() { s.join(ctx, transport.IP(names[0]).String()) })
	case wasThere && len(names) > 1:
		s.joining.Go(func() { s.join(ctx, transport.IP(names[1]).String()) })
	}
	return s, nil
}

// join asks a node to be let in until it has answered.
func (s *Service) join(ctx context.Context, address string) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if _, err := s.Join([]string{address}); err == nil {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
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
