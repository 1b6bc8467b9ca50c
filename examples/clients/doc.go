// Package clients tests what well-known client libraries make of a bad network: gRPC,
// net/http over HTTP/1 and HTTP/2, WebSockets, QUIC, DNS, and those of Redis and PostgreSQL
// with their real servers. It is an example of a suite in which many subjects go through
// the same faults.
//
// There is no code here but the specs. subject_test.go says what a subject is: a server that
// boots on one role, a client that boots on the other, and what the client says when it
// gets no answer. A file for each subject fills that in, and adds what only that one
// can do. weather_test.go sends them all through a cut and its healing, a restart, a machine
// that is gone, a process that dies, loss and a limit. call_test.go has what they do there.
//
// A Go library takes Env.Network in place of package net: its dialer, its listener or its
// packet connection. A server that is a program runs by Program, and its Go client dials
// through the same links.
//
// The specs of Redis need redis-server in PATH, and those of PostgreSQL postgres and initdb.
// Where they are missing their specs are skipped, or fail if CI is set in the environment.
package clients
