package timing

import "time"

// Until returns how long it is until t, for a timer: 1 ns if t has passed. With the race detector, a
// timer in a synctest bubble that is due when it is set crashes the runtime: its function runs on
// the system's stack (time.go, timer.modify, as of Go 1.26).
func Until(t time.Time) time.Duration { return max(time.Until(t), 1) }
