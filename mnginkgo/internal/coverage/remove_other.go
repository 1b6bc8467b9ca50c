//go:build !unix

package coverage

// removeAtEnd leaves the folder to the next run.
func removeAtEnd(string) error { return nil }
