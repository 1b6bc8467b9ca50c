// Package broken holds a suite of specs that fail on purpose, a kind to a file. The
// environment variable MN_BROKEN names the kind to build; ./... leaves the package
// out, and the tests of mnginkgo run it and read what it prints. The specs of the kind
// mixed fail only if processes of their roles are killed meanwhile. To see a failure
// with your own eyes:
//
//	MN_BROKEN=members go test ./mnginkgo/testdata/broken
package broken
