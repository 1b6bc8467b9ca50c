package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/record/page"
)

// serve serves pages on a free port until the context ends, and opens the browser.
func serve(ctx context.Context, o options, out io.Writer) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	at := "http://" + listener.Addr().String() + "/"
	if _, err := fmt.Fprintf(out, "%s has the pages, until Ctrl-C\n", at); err != nil {
		return err
	}
	if o.open && isTerminal(out) {
		browse(at)
	}
	server := &http.Server{Handler: newSite(o.where, listener.Addr().String()), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// site has an index of records, and the page of each. It finds them anew whenever it is asked, and has nothing else.
type site struct {
	where []string
	hosts []string // that it may be called; another name is one that leads to this machine from elsewhere

	mu    sync.Mutex
	known map[stored]page.Listed // those that were read already
}

// newSite returns a site for a server at that address.
func newSite(where []string, address string) *site {
	_, port, _ := net.SplitHostPort(address)
	return &site{where: where, hosts: []string{address, net.JoinHostPort("localhost", port)}, known: map[stored]page.Listed{}}
}

// headers forbid what no page needs. What a page may do is said in itself, more narrowly.
var headers = map[string]string{
	"Content-Type": "text/html; charset=utf-8",
	"Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'none'",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control":                "no-store",
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !slices.Contains(s.hosts, r.Host):
		http.Error(w, "this is "+s.hosts[0]+", and no other host", http.StatusForbidden)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "there are pages to get, and nothing else", http.StatusMethodNotAllowed)
		return
	}
	all, err := find(s.where)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	content, err := s.content(all, strings.TrimPrefix(r.URL.Path, "/"))
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case content == nil && r.URL.Path == "/" && len(all) == 1:
		http.Redirect(w, r, (&url.URL{Path: "/" + all[0].address}).String(), http.StatusFound)
	case content == nil:
		http.NotFound(w, r)
	default:
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		_, _ = w.Write(content) // who asked may be gone
	}
}

// content returns what is at an address, nil if nothing is.
func (s *site) content(all []stored, address string) ([]byte, error) {
	var b bytes.Buffer
	if address == "" && len(all) != 1 {
		err := page.WriteIndex(&b, s.index(all))
		return b.Bytes(), err
	}
	i := slices.IndexFunc(all, func(x stored) bool { return x.address == address })
	if i < 0 {
		return nil, nil
	}
	if all[i].page != "" {
		return os.ReadFile(all[i].page)
	}
	r, err := all[i].read()
	if err != nil {
		return nil, err
	}
	err = page.Write(&b, r)
	return b.Bytes(), err
}

func (s *site) index(all []stored) page.Index {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := page.Index{Title: "Failed specs in " + s.name()}
	known := map[stored]page.Listed{}
	for _, file := range all {
		l, is := s.known[file]
		if !is {
			l = listed(file, file.address)
		}
		known[file] = l
		x.Specs = append(x.Specs, l)
	}
	s.known = known
	return x
}

func (s *site) name() string {
	if len(s.where) > 0 {
		return strings.Join(s.where, ", ")
	}
	dir, err := os.Getwd()
	if err != nil {
		return folder
	}
	return filepath.Base(dir)
}
