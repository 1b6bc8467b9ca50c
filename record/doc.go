// Package record is what multinode keeps of a spec: who sent what to whom, who took whom for what, what the spec
// did to its nodes and links, and how it ended. It is what the page of a failed spec is drawn from.
//
// # Format
//
// A record is one JSON object, with the fields of Record, that begins with
//
//	{"format":"multinode-record","version":1,
//
// The version is raised when a reader of an earlier one could go wrong. Fields may be added without that: a
// reader ignores those that it does not know. A field that is empty may be missing.
//
// Times are integers, in microseconds since "began"; in virtual time they are of the virtual clock. What has not
// ended has no "end". Roles are numbers: indices into "roles". A link is from*len(roles)+to.
//
// Frames are many, and have a column for each thing. The first number of "sent" is a time and each other one the
// difference to the one before it, so the frames are in order of sending.
//
//	"frames": {
//	  "sent":  [3120, 15, 0],      when, as said
//	  "took":  [9, -1, 200310],    microseconds from then to when it left the queue for its receiver, or was
//	                               lost; -1 for one that waits
//	  "link":  [1, 2, 1],
//	  "bytes": [57, 57, 1024],
//	  "fate":  [0, 1, 2],          indices into "fates"
//	  "kind":  [0, 0, 1],          indices into "kinds", if that is there
//	  "fates": ["delivered", "waiting", "cut"],
//	  "kinds": ["heartbeat", "gossip"]
//	}
//
// The first two fates are always those; the others are the reasons why frames were lost, as in the spec's report.
//
// What was too much to keep is in "leftOut", as counts: of frames for each link in buckets of time, so that what
// is drawn of them is right if coarse.
package record
