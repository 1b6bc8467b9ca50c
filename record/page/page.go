package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/7aca83c2/multinode/record"
)

//go:embed template
var files embed.FS

var (
	layout = template.Must(template.ParseFS(files, "template/page.html"))
	style  = source("style.css", "print.css")
	script = source("time.js", "unpack.js", "model.js", "beliefs.js", "words.js", "layout.js", "beside.js", "paint.js", "lanes.js",
		"arrows.js", "above.js", "overview.js", "inspect.js", "side.js", "log.js", "address.js", "hands.js", "start.js")
	policy = "default-src 'none'; base-uri 'none'; form-action 'none'; script-src " + hash(script) + "; style-src " + hash(style)
)

// source returns files of the template, one after the other.
func source(names ...string) string {
	var all strings.Builder
	for _, name := range names {
		text, err := files.ReadFile("template/" + name)
		if err != nil {
			panic(err) // it is embedded
		}
		all.Write(text)
	}
	return all.String()
}

// hash returns what a Content-Security-Policy calls an inline script or style.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// The packed record is between these.
const (
	opening = `<script type="text/plain" id="record">`
	closing = `</script>`
)

// Write writes the page of a record. It sets the record's format and version to those of package record. The
// error is of what it writes to, or of a record that JSON has no way to say.
func Write(to io.Writer, r *record.Record) error { return write(to, r, nil) }

func write(to io.Writer, r *record.Record, b *beside) error {
	packed, err := pack(r)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	head, err := headOf(r)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	good, err := b.html()
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	var page bytes.Buffer
	err = layout.Execute(&page, map[string]any{
		"Policy":  policy,
		"Style":   template.CSS(style),
		"Script":  template.JS(script),
		"Head":    template.JS(head),
		"Packed":  template.HTML(opening + packed + closing + good),
		"Record":  r,
		"Summary": sentences(r),
	})
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	if _, err := to.Write(bytes.ToValidUTF8(page.Bytes(), []byte("\uFFFD"))); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

// Read gets the record back out of a page. It returns an error for what is no page, or has a record that
// package record cannot read.
func Read(from io.Reader) (*record.Record, error) {
	r, err := read(from, opening)
	if err == nil && r == nil {
		err = errors.New("page: there is no record in it")
	}
	return r, err
}

// ReadBeside is Read for the run that passed. It returns nil if the page shows none.
func ReadBeside(from io.Reader) (*record.Record, error) { return read(from, goodOpening) }

// read returns nil if there is no such record.
func read(from io.Reader, opening string) (*record.Record, error) {
	page, err := io.ReadAll(from)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	_, rest, found := bytes.Cut(page, []byte(opening))
	packed, _, ends := bytes.Cut(rest, []byte(closing))
	if !found || !ends {
		return nil, nil
	}
	unzip, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(packed)))
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	r, err := record.Read(unzip)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return r, nil
}

func pack(r *record.Record) (string, error) {
	var packed strings.Builder
	code := base64.NewEncoder(base64.StdEncoding, &packed)
	zip := gzip.NewWriter(code)
	if err := errors.Join(r.Write(zip), zip.Close(), code.Close()); err != nil {
		return "", err
	}
	return packed.String(), nil
}
