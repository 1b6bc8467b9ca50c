// Package specs has specs that fail, each of them in all variants, for the pages that they leave. They run if MN_PICTURED
// is set: the tests of pages have them do so.
package specs
