// Package tree takes roles into Ginkgo's tree of specs. While the tree is built it takes the
// MultiNode decorator out of the arguments of containers and Its, makes Ginkgo bodies of those
// that take a cluster or a node, and registers what runs before and after each spec.
//
// Every process of a run builds the same tree. So what is declared in it has a number that is
// the same in all of them (Numbered), and the Fingerprint of two trees that differ is different.
//
// Of a plan, which is what a decorator asks for, it knows what Plan says, and what runs the specs
// is a Harness to it.
package tree
