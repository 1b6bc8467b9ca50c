// Package wrong holds a suite in which one spec, called "guilty", does something wrong on a
// role, and all others are innocent. The environment variable MN_WRONG says what, when, in
// which variant, on which role, and whether the spec stands in an Ordered container; ./...
// leaves the package out, and a test of mnginkgo runs it in each way of its table. To see
// one with your own eyes:
//
//	MN_WRONG="panic body parallel a ordered" go test ./mnginkgo/testdata/wrong
//
// What can be done is in acts_test.go, and when in guilty_test.go.
package wrong
