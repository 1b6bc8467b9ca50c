package transport

// WithRecordOf is WithRecord with other limits: of records for a receiver and for all, and of buckets for a receiver.
func WithRecordOf(longest, all, buckets int) Option {
	return option(func(s *Switch) { s.recording = newRecording(longest, all, buckets) })
}

// PrefixLength is how much of a payload is recorded, in bytes.
const PrefixLength = prefixLength

// Waits reports whether Take waits for frames.
func (p *Port) Waits() bool {
	p.in.mu.Lock()
	defer p.in.mu.Unlock()
	return p.waits
}
