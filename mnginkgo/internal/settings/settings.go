package settings

import (
	"log/slog"
	"slices"
	"time"
)

// Settings are the values of one run, with defaults where nothing was said.
type Settings struct {
	EventuallyTimeout    time.Duration
	EventuallyPolling    time.Duration
	ConsistentlyDuration time.Duration
	ConsistentlyPolling  time.Duration

	GossipInterval    time.Duration
	HeartbeatInterval time.Duration
	UnreachableAfter  time.Duration
	DownAfter         time.Duration // 0: nodes are not downed by themselves

	HostsWait      time.Duration
	MaxChildren    int
	BootTimeout    time.Duration
	StopTimeout    time.Duration
	BarrierTimeout time.Duration
	LogLevel       slog.Level
	Virtual        bool          // in-process specs have a clock of their own
	VirtualLimit   time.Duration // of a Ginkgo node, by that clock
	VirtualStill   time.Duration // how long that clock may stand still, in real time
	Seeds          int           // for each virtual spec
	Seed           uint64        // of each spec; 0: it is drawn
	Same           int           // how often virtual specs run with one seed, to be the same each time
	Flakes         int           // seeds with which virtual specs run in addition, to count those that pass
	Shrink         time.Duration // how long the schedule of one that fails is made smaller, in real time; 0: not at all
	Trace          bool
	KeepData       bool
	Record         Recording // which specs leave a page behind
	RecordDir      string    // where; relative to the suite's folder
	RecordKeep     int       // how many

	Given         Keys // those that the file or the environment says something about
	InEnvironment Keys // those that the environment does
}

// Recording says which specs leave a page behind.
type Recording int

// What can be said of that: those that fail, all, or none, of which nothing is recorded then.
const (
	RecordFailed Recording = iota
	RecordAlways
	RecordNever
)

// Keys are a set of the settings' keys.
type Keys uint64

// Has reports whether the key of that name is among them.
func (k Keys) Has(name string) bool {
	i := slices.IndexFunc(keys, func(k key) bool { return k.name == name })
	return i >= 0 && k&(1<<i) != 0
}

// Default returns the settings of a run that says nothing.
func Default() Settings {
	return Settings{
		EventuallyTimeout:    5 * time.Second,
		EventuallyPolling:    2 * time.Millisecond,
		ConsistentlyDuration: 200 * time.Millisecond,
		ConsistentlyPolling:  5 * time.Millisecond,
		GossipInterval:       100 * time.Millisecond,
		HeartbeatInterval:    150 * time.Millisecond,
		UnreachableAfter:     500 * time.Millisecond,
		HostsWait:            time.Minute,
		MaxChildren:          16,
		BootTimeout:          30 * time.Second,
		StopTimeout:          10 * time.Second,
		BarrierTimeout:       5 * time.Second,
		Seeds:                1,
		Same:                 1,
		VirtualLimit:         time.Hour,
		VirtualStill:         10 * time.Second,
		Shrink:               10 * time.Second,
		LogLevel:             slog.LevelInfo,
		RecordDir:            "multinode-failures",
		RecordKeep:           20,
	}
}

// key is one setting: its name in the file and how its text is taken in.
type key struct {
	name string
	set  func(s *Settings, text string) error
}

var keys = []key{
	{"eventually-timeout", duration(func(s *Settings) *time.Duration { return &s.EventuallyTimeout })},
	{"eventually-polling", duration(func(s *Settings) *time.Duration { return &s.EventuallyPolling })},
	{"consistently-duration", duration(func(s *Settings) *time.Duration { return &s.ConsistentlyDuration })},
	{"consistently-polling", duration(func(s *Settings) *time.Duration { return &s.ConsistentlyPolling })},
	{"gossip-interval", duration(func(s *Settings) *time.Duration { return &s.GossipInterval })},
	{"heartbeat-interval", duration(func(s *Settings) *time.Duration { return &s.HeartbeatInterval })},
	{"unreachable-after", duration(func(s *Settings) *time.Duration { return &s.UnreachableAfter })},
	{"down-after", orOff(func(s *Settings) *time.Duration { return &s.DownAfter })},
	{"hosts-wait", duration(func(s *Settings) *time.Duration { return &s.HostsWait })},
	{"max-children", count(0, func(s *Settings) *int { return &s.MaxChildren })},
	{"boot-timeout", duration(func(s *Settings) *time.Duration { return &s.BootTimeout })},
	{"stop-timeout", duration(func(s *Settings) *time.Duration { return &s.StopTimeout })},
	{"barrier-timeout", duration(func(s *Settings) *time.Duration { return &s.BarrierTimeout })},
	{"time", setTime},
	{"virtual-limit", duration(func(s *Settings) *time.Duration { return &s.VirtualLimit })},
	{"virtual-still", duration(func(s *Settings) *time.Duration { return &s.VirtualStill })},
	{"seeds", count(1, func(s *Settings) *int { return &s.Seeds })},
	{"seed", setSeed},
	{"flakes", count(0, func(s *Settings) *int { return &s.Flakes })},
	{"same", count(1, func(s *Settings) *int { return &s.Same })},
	{"shrink", orOff(func(s *Settings) *time.Duration { return &s.Shrink })},
	{"log-level", setLogLevel},
	{"trace", flag(func(s *Settings) *bool { return &s.Trace })},
	{"keep-data", flag(func(s *Settings) *bool { return &s.KeepData })},
	{"record", setRecord},
	{"record-dir", setRecordDir},
	{"record-keep", count(1, func(s *Settings) *int { return &s.RecordKeep })},
}
