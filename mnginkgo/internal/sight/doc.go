// Package sight matches what the nodes of a cluster see, and words it for people.
//
// A View is what one node sees. A Matcher asks all views of an Actual, keeps a row for each
// with what it has seen, and makes its message of the rows of its latest Match alone. The
// report of a failed spec has the same table, with a Line of each view.
//
// What a View cannot tell it leaves out of Tells: a matcher that needs it ends an Eventually
// with the method that is missing, as looking again does not help.
//
// The package does not know what runs a spec, nor what has views: whoever uses it makes an
// Actual of what a matcher was given.
package sight
