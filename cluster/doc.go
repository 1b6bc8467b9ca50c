// Package cluster does the membership of a cluster: unfinished.
package cluster
