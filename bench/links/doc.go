// Package links measures what a faulty link makes of connections: over multinode's Switch,
// within a process and over pipes, and over TCP with a Toxiproxy in between.
package links
