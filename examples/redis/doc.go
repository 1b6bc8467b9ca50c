// Package redis tests three real servers, a primary and two replicas: an example of how
// programs are tested that know nothing of the harness, in any language.
//
// There is no code here but the specs. servers_test.go says how the servers start:
//
//	redis-server --port {{listen 6379}} --replicaof 127.0.0.1 {{reach "a" 6379}}
//
// and what a client does, which runs on a role that has no server. replication_test.go
// has the specs. They cut the links between the servers, slow them, and kill the primary.
//
// The specs need redis-server in PATH.
package redis
