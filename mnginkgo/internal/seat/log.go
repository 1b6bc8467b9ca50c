package seat

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// roleLogger returns the logger of a role, which writes to the stage's timeline.
func roleLogger(backstage stage.Backstage, role string, level slog.Level) *slog.Logger {
	text := new(bytes.Buffer)
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: withoutRole(role)}
	return slog.New(&timelineHandler{slog.NewTextHandler(text, options), text, &sync.Mutex{}, backstage, role})
}

// timelineHandler makes an entry of the timeline of each record: its level, its
// message and its attributes.
type timelineHandler struct {
	slog.Handler // writes the attributes to text
	text         *bytes.Buffer
	mu           *sync.Mutex // of text
	backstage    stage.Backstage
	role         string
}

// Handle implements slog.Handler.
func (h *timelineHandler) Handle(ctx context.Context, r slog.Record) error {
	bare := slog.NewRecord(time.Time{}, r.Level, "", 0)
	r.Attrs(func(a slog.Attr) bool {
		bare.AddAttrs(a)
		return true
	})
	h.mu.Lock()
	h.text.Reset()
	err := h.Handler.Handle(ctx, bare)
	attributes := strings.TrimSpace(h.text.String())
	h.mu.Unlock()
	line := strings.TrimSpace(r.Level.String() + " " + r.Message + "  " + attributes)
	h.backstage.Log(stage.Entry{Time: r.Time, Role: h.role, Text: line})
	return err
}

// WithAttrs implements slog.Handler.
func (h *timelineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.with(h.Handler.WithAttrs(attrs))
}

// WithGroup implements slog.Handler.
func (h *timelineHandler) WithGroup(name string) slog.Handler {
	return h.with(h.Handler.WithGroup(name))
}

func (h *timelineHandler) with(attributes slog.Handler) slog.Handler {
	copied := *h
	copied.Handler = attributes
	return &copied
}

// withoutRole leaves out what Handle writes itself, and the attribute with which a
// node says who it is, as the role stands before each line.
func withoutRole(role string) func([]string, slog.Attr) slog.Attr {
	return func(groups []string, attr slog.Attr) slog.Attr {
		if len(groups) > 0 {
			return attr
		}
		switch attr.Key {
		case slog.LevelKey, slog.MessageKey:
			return slog.Attr{}
		case "node":
			if attr.Value.String() == role {
				return slog.Attr{}
			}
		}
		return attr
	}
}
