package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Dialer makes connections, as net.Dialer.DialContext does.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Prices is the price list: a gRPC service with one method, from an item to its price.
type Prices map[string]int64

// method is written by hand here; usually it is generated.
const method = "/prices.Prices/Of"

var service = grpc.ServiceDesc{
	ServiceName: "prices.Prices",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Of", Handler: func(p any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		item := new(wrapperspb.StringValue)
		if err := decode(item); err != nil {
			return nil, err
		}
		return p.(Prices).of(item.GetValue())
	}}},
}

func (p Prices) of(item string) (*wrapperspb.Int64Value, error) {
	price, ok := p[item]
	if !ok {
		return nil, status.Errorf(codes.NotFound, "there is no %q", item)
	}
	return wrapperspb.Int64(price), nil
}

// PriceServer answers for Prices.
type PriceServer struct{ server *grpc.Server }

// Serve returns a server that answers on the listener.
func (p Prices) Serve(on net.Listener) *PriceServer {
	s := &PriceServer{grpc.NewServer()}
	s.server.RegisterService(&service, p)
	go func() { _ = s.server.Serve(on) }() // it ends with Stop
	return s
}

// Stop ends the server and its connections.
func (s *PriceServer) Stop(context.Context) error {
	s.server.Stop()
	return nil
}

// Shop answers GET /price/item on HTTP. It asks the price list each time.
type Shop struct {
	prices *grpc.ClientConn
	server *http.Server
}

// patience is how long the shop waits for a price.
const patience = 500 * time.Millisecond

// NewShop returns a shop that answers on the listener and finds the price list at an
// address. It connects when it is first asked, and again when a connection is lost.
func NewShop(on net.Listener, dial Dialer, prices string) (*Shop, error) {
	conn, err := grpc.NewClient("passthrough:///"+prices,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) { return dial(ctx, "tcp", address) }),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 20 * time.Millisecond, Multiplier: 1.5, MaxDelay: 200 * time.Millisecond},
			MinConnectTimeout: patience,
		}),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true)))
	if err != nil {
		return nil, err
	}
	s := &Shop{prices: conn}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /price/{item}", s.price)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(on) }() // it ends with Stop
	return s, nil
}

func (s *Shop) price(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	price := new(wrapperspb.Int64Value)
	err := s.prices.Invoke(ctx, method, wrapperspb.String(r.PathValue("item")), price)
	switch status.Code(err) {
	case codes.OK:
		_, _ = fmt.Fprint(w, price.GetValue()) // the client may have gone
	case codes.NotFound:
		http.Error(w, status.Convert(err).Message(), http.StatusNotFound)
	default:
		http.Error(w, "prices: "+status.Convert(err).Message(), http.StatusGatewayTimeout)
	}
}

// Stop ends the shop.
func (s *Shop) Stop(context.Context) error { return errors.Join(s.server.Close(), s.prices.Close()) }

// Client asks a shop.
type Client struct {
	HTTP *http.Client
	Shop string // "host:port"
}

// pause is how long the client waits before it tries again.
const pause = 20 * time.Millisecond

// Price returns the price of an item. It tries again until ctx ends, unless the shop says
// that there is no such item. The error is that of the last attempt which ctx did not cut
// short, if there was one.
func (c *Client) Price(ctx context.Context, item string) (int64, error) {
	var err error
	for {
		price, again, failure := c.once(ctx, item)
		if failure == nil || !again {
			return price, failure
		}
		if err == nil || ctx.Err() == nil {
			err = failure
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return 0, err
		}
	}
}

func (c *Client) once(ctx context.Context, item string) (price int64, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Shop+"/price/"+item, nil)
	if err != nil {
		return 0, false, err
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return 0, true, err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	if response.StatusCode == http.StatusOK {
		_, err := fmt.Fscan(response.Body, &price)
		return price, true, err
	}
	why, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, true, err
	}
	return 0, response.StatusCode != http.StatusNotFound, fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(why))
}
