// Package settings reads ginkgo.yml, the file with which a folder of suites sets
// its timeouts, detector times and limits.
//
// The file that counts is the nearest one upwards from the suite's folder, up to
// the folder with go.mod. Every key has an environment variable that overrides it:
// eventually-timeout is MN_EVENTUALLY_TIMEOUT. An unknown key or a bad value is an
// error that names the file, the line and what would be right.
package settings
