// Package notes keeps notes, on disk and at a peer.
package notes

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Config says how a Server is started.
type Config struct {
	Dir      string // where its file is
	Listener net.Listener
	Peer     string // host:port of a server that has to have a note, too, before it is kept; "" for none
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	Buffered bool // writes to disk when it stops, not with each note
}

// Server answers PUT and GET of /notes/{key}.
type Server struct {
	peer     string
	client   *http.Client
	server   *http.Server
	buffered bool

	mu    sync.Mutex
	notes map[string]string
	file  *os.File
	out   *bufio.Writer
}

// note is a line of the file.
type note struct{ Key, Text string }

// Start starts a server with what its file has.
func Start(c Config) (*Server, error) {
	file, err := os.OpenFile(filepath.Join(c.Dir, "notes"), os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Server{
		peer: c.Peer, buffered: c.Buffered, notes: map[string]string{}, file: file, out: bufio.NewWriter(file),
		client: &http.Client{Transport: &http.Transport{DialContext: c.Dial}, Timeout: time.Second},
	}
	for lines := json.NewDecoder(file); ; {
		var n note
		if err := lines.Decode(&n); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", file.Name(), err), file.Close())
		}
		s.notes[n.Key] = n.Text
	}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /notes/{key}", s.put)
	mux.HandleFunc("GET /notes/{key}", s.get)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(c.Listener) }() // it ends with Close
	return s, nil
}

func (s *Server) put(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err == nil && s.peer != "" {
		err = Client{s.client, s.peer}.Put(r.Context(), r.PathValue("key"), string(text))
	}
	if err == nil {
		err = s.keep(note{r.PathValue("key"), string(text)})
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func (s *Server) keep(n note) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes[n.Key] = n.Text
	if err := json.NewEncoder(s.out).Encode(n); err != nil || s.buffered {
		return err
	}
	return s.out.Flush()
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, is := s.notes[r.PathValue("key")]
	if !is {
		http.NotFound(w, r)
		return
	}
	_, _ = io.WriteString(w, text) // or the client has gone
}

// Close ends the server.
func (s *Server) Close() error {
	err := s.server.Close()
	s.client.CloseIdleConnections()
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(err, s.out.Flush(), s.file.Close())
}

// Client is a client of the server at an address, host:port.
type Client struct {
	HTTP *http.Client
	At   string
}

// Put keeps a note.
func (c Client) Put(ctx context.Context, key, text string) error {
	_, err := c.do(ctx, http.MethodPut, key, text)
	return err
}

// Get returns a note.
func (c Client) Get(ctx context.Context, key string) (string, error) {
	return c.do(ctx, http.MethodGet, key, "")
}

func (c Client) do(ctx context.Context, method, key, text string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+c.At+"/notes/"+key, bytes.NewBufferString(text))
	if err != nil {
		return "", err
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, bytes.TrimSpace(body))
	}
	return string(body), err
}
