package actor

// Actor handles the messages of one actor, one at a time. An error it returns, like
// a panic, is a failure: the actor's Strategy says what becomes of it. The message
// that failed is not handled again.
//
// An Actor may also implement PreStarter, PostStopper, PreRestarter and Watcher.
type Actor[M any] interface {
	Receive(ctx *Context[M], msg M) error
}

// Func is a function used as an Actor.
type Func[M any] func(ctx *Context[M], msg M) error

// Receive calls the function.
func (f Func[M]) Receive(ctx *Context[M], msg M) error { return f(ctx, msg) }

// PreStarter is an Actor that prepares itself before its first message, also when it
// takes the place of one that failed. An error is a failure.
type PreStarter[M any] interface {
	PreStart(ctx *Context[M]) error
}

// PostStopper is an Actor that cleans up: PostStop is called once its children have
// ended. It is not called when the system is killed.
type PostStopper[M any] interface {
	PostStop(ctx *Context[M])
}

// PreRestarter is an Actor that is told when another one takes its place because of
// cause, before its children are stopped. One that is not a PreRestarter has its
// PostStop called instead, so that each Actor sees exactly one of the two.
type PreRestarter[M any] interface {
	PreRestart(ctx *Context[M], cause error)
}

// Watcher is an Actor that is told when an actor it watches has ended. An Actor that
// calls Context.Watch and is not a Watcher fails with ErrDeathPact instead.
type Watcher[M any] interface {
	Terminated(ctx *Context[M], t Terminated) error
}
