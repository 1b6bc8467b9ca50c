// Package codec encodes Go values for the way from one node to another.
//
// A message stands alone: it carries no type descriptions and needs no stream around it. The two
// ends agree on the types because they are the same program. What cannot travel is refused when its
// type is first seen, with an error that names the type and the field:
//
//	codec: orders.Job: field Done: chan int cannot be encoded
//
// # Use
//
//	buf, err := codec.AppendAs(buf, job)            // both ends know the type
//	job, err := codec.DecodeAs[orders.Job](buf, env)
//
//	codec.Register[orders.Job]()                    // once, on both ends
//	buf, err := codec.Append(buf, job)              // the message says its type
//	v, err := codec.Decode(buf, env)                // v holds an orders.Job
//
// # What travels
//
// Booleans, numbers, strings, slices, arrays, maps, pointers, structs, time.Time, and interfaces that
// hold registered types. Predeclared types, time.Time and a few slices and maps of them come
// registered. Registering T registers *T as well.
//
// Nil and empty slices and maps stay what they are. Two pointers to one value arrive as pointers to
// two. A NaN, or text that is no UTF-8, arrives as it left. A time keeps its nanoseconds and its offset
// from UTC, but not the name of its zone or its monotonic reading.
//
// An error inside an interface travels as its text, unless its type is registered. It then is no longer
// the same as any sentinel.
//
// All exported fields of a struct travel. An unexported one is refused, because losing it silently
// would be a bug that nobody finds. Tag a field `wire:"-"` to leave it behind. Fields named _ are
// skipped.
//
// A type takes its encoding into its own hands with [Appender] and [Decoder]. The pairs of the standard
// library serve too, in this order: encoding.BinaryAppender or BinaryMarshaler with BinaryUnmarshaler,
// then encoding.TextAppender or TextMarshaler with TextUnmarshaler. Named numbers, booleans and strings
// ignore the standard pairs, since their value says it all in fewer bytes. A struct does not encode
// itself by methods that it got from an embedded field, since its other fields would be lost: that is
// an error, unless there are no others.
//
// Channels, functions, uintptr and unsafe.Pointer do not travel.
//
// # Limits
//
// Values nest at most 10,000 deep, counted in pointers, slices, maps and interfaces. A value that
// contains itself meets that limit and gives an error. encoding/json has the same limit.
//
// Decoding bytes of unknown origin does not panic. What it allocates is bounded by the length of the
// message times a factor that depends on the type alone (the size of an element in memory over its
// fewest bytes here): every element takes at least one byte, and a length is believed only where the
// bytes that it needs are there and are not needed by what encloses it. Methods of the decoded types
// have to keep that promise themselves.
//
// # Format
//
//	bool, int8, uint8   one byte
//	int, int16...64     zigzag varint, as in encoding/binary
//	uint, uint16...64   varint
//	float, complex      4 or 8 bytes each part, little-endian
//	string              length, bytes
//	slice               0 for nil, or length+1, then the elements
//	map                 0 for nil, or length+1, then key, value, key, value..., sorted by encoded key
//	array, struct       the elements, or the fields in the order of the source; nothing before them
//	pointer             0 for nil, or 1 and the value
//	time.Time           seconds since 1970 as int64, nanoseconds as uint64, then 0 for UTC or
//	                    the zigzag offset in seconds plus one
//	encodes itself      length, then what its method wrote
//	interface           name of the type as a string, then the value; an empty name for nil; the name
//	                    "error" and a string for an error that travels as text
//
// Lengths are varints. Elements that take no bytes, as those of a []struct{}, take one zero byte in a
// slice; so does an entry of a map whose key and value take none. The sorted maps make equal values
// equal bytes.
//
// # Concurrency
//
// Everything here may be called at the same time from many goroutines. A value must not change while it
// is being encoded. Decoded values share no memory with the message.
package codec
