// Package linearizable says whether what clients of a cluster saw can be what one machine shows that does one thing
// after another: the history that a spec has recorded is given to porcupine, with a model of that machine.
//
//	var register = linearizable.Model[string, operation, string]{
//		Key: func(o operation) string { return o.Key },
//		Step: func(value string, o operation) (answer, next string) {
//			if o.Write {
//				return "", o.Value
//			}
//			return value, value
//		},
//	}
//	...
//	history := NewHistory[operation, string](cluster)
//	... // clients call its Begin, and Returned, Failed or Unknown
//	Expect(register.Check(history, time.Minute)).To(Succeed())
//
// An operation takes effect at one instant between its call and its return. One that has failed is left out: the client
// must be sure that it has done nothing. One of unknown outcome may take effect at any time after its call, or never; its
// output is not looked at.
//
// # Reading its failures
//
// The error names a key, and shows where the order ends that goes furthest: the operations before that, and those that
// would have to be next, each with the output that it has and the one that the model gives.
//
//	linearizable: the history is not linearizable: "x"
//	2 of its 3 operations can have been done one after another, the last of them
//	  client 1, 1ms to 2ms: put 1
//	  client 1, 3ms to 4ms: put 2
//	and then none of these
//	  client 2, 5ms to 6ms: get "1", not get "2"
//
// Times count from NewHistory. Model.Drawing has porcupine draw the operations of the key.
//
// # What it costs
//
// Porcupine tries orders, and in the worst case all of them. Keys are looked at one by one, so many small ones are
// quicker than a few large ones. Each operation of unknown outcome may double what there is to try: see Model.Shows.
package linearizable
