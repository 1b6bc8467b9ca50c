// Package crowd makes clusters of any size in one process, whose nodes reach each other
// over channels, and measures them: how long one takes to form, what it costs when nothing
// happens, and how fast a change spreads.
//
//	c, err := crowd.Start(ctx, 100)
//	defer c.Stop()
//	fmt.Println(c.Took, c.Suspicions())
package crowd
