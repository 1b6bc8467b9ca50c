// Package web is a shop on HTTP that asks a price list over gRPC, and an example of how
// services are tested that call each other by name. The code is that of production: it
// takes a listener and a dialer. In a spec these are those of the simulated network, where
// the name of a role is a host.
//
//	client -> http://shop:80 -> shop -> grpc prices:50051 -> prices
//
// service.go has the two services and a client that tries again. web_test.go starts one
// on each role, and then cuts, slows and resets what connects them.
package web
