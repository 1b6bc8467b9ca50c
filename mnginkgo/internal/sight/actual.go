package sight

import (
	"fmt"

	"github.com/onsi/gomega"
)

// Actual is the actual value of an assertion, as the matchers need it. All but its type may
// be missing.
type Actual struct {
	Type   string                  // as %T prints it
	Text   string                  // what it is, for messages
	Whole  bool                    // it stands for every live node of its spec
	Knows  func(role string) error // returns an error for what is no role of its spec
	Views  func() ([]View, error)  // of its nodes
	End    func() (End, error)     // of the process of its role
	Frames func() (uint64, error)  // that have passed its links
}

// name describes the actual value in a message.
func (a Actual) name() string {
	if a.Text == "" {
		return "<" + a.Type + ">"
	}
	return "<" + a.Type + ">: " + a.Text
}

// views returns the views, of which there is one at least.
func (a Actual) views() ([]View, error) {
	views, err := a.Views()
	if err == nil && len(views) == 0 {
		err = fmt.Errorf("%s has no node that runs", a.name())
	}
	return views, err
}

// strangers returns an error that ends an Eventually if a matcher names a role that is none
// of the spec: it would wait in vain for it, or hold of it whatever happens. Where the spec is
// not known, only "" is none.
func (a Actual) strangers(matcher string, roles []string) error {
	for _, role := range roles {
		switch {
		case a.Knows != nil:
			if err := a.Knows(role); err != nil {
				return gomega.StopTrying(fmt.Sprintf("%s: %v", matcher, err))
			}
		case role == "":
			return refuse(matcher, `takes names of roles; got ""`)
		}
	}
	return nil
}
