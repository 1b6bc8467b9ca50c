package codec

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"testing"
	"time"
)

// job is a message of the usual size.
type job struct {
	ID     int64
	Name   string
	Amount float64
	Urgent bool
	Limit  time.Duration
}

var aJob = job{ID: 4711, Name: "reindex", Amount: 12.5, Urgent: true, Limit: 3 * time.Second}

func init() { Register[job]() }

func BenchmarkAppendAs(b *testing.B) {
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf, _ = AppendAs(buf[:0], aJob)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkDecodeAs(b *testing.B) {
	b.ReportAllocs()
	data, _ := AppendAs(nil, aJob)
	for b.Loop() {
		DecodeAs[job](data, nil)
	}
}

func BenchmarkCodecAppend(b *testing.B) {
	b.ReportAllocs()
	var buf []byte
	c, _ := For[job]()
	for b.Loop() {
		buf, _ = c.Append(buf[:0], aJob)
	}
}

func BenchmarkCodecDecode(b *testing.B) {
	b.ReportAllocs()
	c, _ := For[job]()
	data, _ := AppendAs(nil, aJob)
	for b.Loop() {
		c.Decode(data, nil)
	}
}

func BenchmarkAppendDynamic(b *testing.B) {
	b.ReportAllocs()
	var buf []byte
	var v any = aJob
	for b.Loop() {
		buf, _ = Append(buf[:0], v)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkDecodeDynamic(b *testing.B) {
	b.ReportAllocs()
	data, _ := Append(nil, aJob)
	for b.Loop() {
		Decode(data, nil)
	}
}

func BenchmarkAppendMap(b *testing.B) {
	b.ReportAllocs()
	var buf []byte
	m := map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8}
	for b.Loop() {
		buf, _ = AppendAs(buf[:0], m)
	}
}

func BenchmarkAppendRef(b *testing.B) {
	b.ReportAllocs()
	var buf []byte
	v := get{Key: "k", ReplyTo: ref{Path: "a/b"}}
	for b.Loop() {
		buf, _ = AppendAs(buf[:0], v)
	}
}

func BenchmarkDecodeRef(b *testing.B) {
	b.ReportAllocs()
	data, _ := AppendAs(nil, get{Key: "k", ReplyTo: ref{Path: "a/b"}})
	for b.Loop() {
		DecodeAs[get](data, nil)
	}
}

func BenchmarkJSON(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		data, _ := json.Marshal(aJob)
		var v job
		json.Unmarshal(data, &v)
	}
}

// BenchmarkGob makes an encoder and a decoder for each message, since a message stands alone.
func BenchmarkGob(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var buf bytes.Buffer
		gob.NewEncoder(&buf).Encode(aJob)
		var v job
		gob.NewDecoder(&buf).Decode(&v)
	}
}
