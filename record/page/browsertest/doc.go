// Package browsertest opens pages of package page in a real browser, and looks at what they draw: at pixels of the
// canvas, at what window.multinode says is there, and at both against the record.
//
// It is a module of its own for what it needs to drive a browser. The tests need Chromium in the PATH; without it
// they are skipped, but fail where CI=true. Pictures of all pages go to the folder that MN_PICTURES names, or else
// to that of go test -artifacts.
package browsertest
