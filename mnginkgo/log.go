package mnginkgo

import (
	"bytes"
	"log/slog"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/stage"
)

// roleLogger returns the logger of a role, which writes to the stage's timeline.
func roleLogger(backstage stage.Backstage, role string) *slog.Logger {
	options := &slog.HandlerOptions{Level: config.LogLevel, ReplaceAttr: withoutTime}
	return slog.New(slog.NewTextHandler(timelineWriter{backstage, role}, options))
}

// withoutTime leaves the time out: the timeline has its own, exact to more than the
// milliseconds of a TextHandler.
func withoutTime(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 && attr.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return attr
}

// timelineWriter makes a timeline entry of each line that a TextHandler writes.
type timelineWriter struct {
	backstage stage.Backstage
	role      string
}

func (w timelineWriter) Write(line []byte) (int, error) {
	text := strings.TrimPrefix(string(bytes.TrimSpace(line)), "level=")
	w.backstage.Log(stage.Entry{Time: time.Now(), Role: w.role, Text: text})
	return len(line), nil
}
