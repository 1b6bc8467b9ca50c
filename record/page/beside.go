package page

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/7aca83c2/multinode/record"
)

// beside is the run that passed, which a page shows beneath its own.
type beside struct {
	good   *record.Record
	differ record.Difference
}

// WriteBeside writes the page of a record of a spec that failed, with a run of the same spec that passed beneath it: both
// on one axis of time, on which the verbs that both have are at one place, and with the first difference marked. What
// differs first is said on top, as a sentence about the "good run" after those of the record's summary, unless that
// has one. Without a good record it is the same as Write.
func WriteBeside(to io.Writer, bad, good *record.Record) error {
	if good == nil {
		return write(to, bad, nil)
	}
	b := &beside{good, record.Compare(good, bad)}
	told := func(s record.Sentence) bool { return s.About == b.differ.Sentence.About }
	if !slices.ContainsFunc(bad.Summary, told) {
		with := *bad
		with.Summary = append(slices.Clip(with.Summary), b.differ.Sentence)
		bad = &with
	}
	return write(to, bad, b)
}

// The packed good record is between this and closing, and how it compares, as JSON, between the next and closing.
const (
	goodOpening   = `<script type="text/plain" id="good">`
	differOpening = `<script type="application/json" id="differ">`
)

// html returns what the page's script needs of it.
func (b *beside) html() (string, error) {
	if b == nil {
		return "", nil
	}
	packed, err := pack(b.good)
	if err != nil {
		return "", err
	}
	differ := struct {
		Pairs   []record.Pair `json:"pairs"`
		Differs bool          `json:"differs"`
		Bad     int64         `json:"bad"`
		Good    int64         `json:"good"`
		Roles   []int         `json:"roles"`
		Text    string        `json:"text"`
	}{b.differ.Pairs, b.differ.Differs, b.differ.Bad, b.differ.Good, b.differ.Roles, b.differ.Sentence.Text}
	text, err := json.Marshal(differ) // escapes what could end the element that it is in
	if err != nil {
		return "", fmt.Errorf("the difference: %w", err)
	}
	return goodOpening + packed + closing + "\n" + differOpening + string(text) + closing, nil
}
