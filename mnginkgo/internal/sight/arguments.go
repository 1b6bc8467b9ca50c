package sight

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// refuse returns an error that ends an Eventually if something is wrong with the arguments of
// a matcher: it could never hold, or would whatever happens.
func refuse(matcher, wrong string) error {
	if wrong == "" {
		return nil
	}
	return gomega.StopTrying(matcher + " " + wrong)
}

// takes says what an argument has to be, and what it is.
func takes(what string, argument any) string {
	return "takes " + what + "; got " + describeArgument(argument)
}

func describeArgument(argument any) string {
	switch v := reflect.ValueOf(argument); {
	case argument == nil:
		return "nil"
	case IsNil(argument):
		return fmt.Sprintf("a nil %T", argument)
	case v.Type() == reflect.TypeFor[string]():
		return strconv.Quote(v.String())
	case v.Kind() == reflect.String:
		return fmt.Sprintf("%T %q", argument, argument)
	case v.CanInt() || v.CanUint() || v.CanFloat():
		return fmt.Sprintf("%T %v", argument, argument)
	}
	if _, ok := argument.(interface{ Role() string }); ok {
		return fmt.Sprintf("%T: write its Role()", argument)
	}
	return fmt.Sprintf("%T", argument)
}

// asMatcher returns an argument that is a matcher.
func asMatcher(argument any) (inner types.GomegaMatcher, ok bool) {
	inner, ok = argument.(types.GomegaMatcher)
	return inner, ok && !IsNil(argument)
}

// roleOrMatcher sorts out the argument of a matcher that takes either a role or a matcher. The
// role "" means nobody, and is no name.
func roleOrMatcher(argument any) (names []string, inner types.GomegaMatcher, wrong string) {
	if inner, ok := asMatcher(argument); ok {
		return nil, inner, ""
	}
	switch role, ok := argument.(string); {
	case !ok:
		return nil, nil, takes("the name of a role, or a matcher", argument)
	case role != "":
		names = []string{role}
	}
	return names, gomega.Equal(argument), ""
}

// namesOrMatcher sorts out the arguments of a matcher that takes either roles or one
// matcher; the names are nil if it is that one.
func namesOrMatcher(arguments []any) (names []string, inner types.GomegaMatcher, wrong string) {
	if len(arguments) == 1 {
		if inner, ok := asMatcher(arguments[0]); ok {
			return nil, inner, ""
		}
	}
	names = []string{}
	for _, a := range arguments {
		switch v, several := reflect.ValueOf(a), reflect.TypeFor[[]string](); {
		case a != nil && v.Type() == reflect.TypeFor[string]():
			names = append(names, v.String())
		case a != nil && v.CanConvert(several):
			names = append(names, v.Convert(several).Interface().([]string)...)
		default:
			return nil, nil, takes("names of roles, or one matcher and nothing else", a)
		}
	}
	slices.Sort(names)
	return names, gomega.Equal(names), ""
}

// numberOrMatcher sorts out the argument of a matcher that takes either how many there are or
// a matcher.
func numberOrMatcher(argument any) (inner types.GomegaMatcher, wrong string) {
	if inner, ok := asMatcher(argument); ok {
		return inner, ""
	}
	v := reflect.ValueOf(argument)
	if v.CanUint() || v.CanInt() && v.Int() >= 0 || v.CanFloat() && v.Float() >= 0 && v.Float() == math.Trunc(v.Float()) {
		return gomega.BeNumerically("==", argument), ""
	}
	return nil, takes("how many there are, or a matcher", argument)
}

// IsNil reports whether an argument is nil, or a nil of some type.
func IsNil(argument any) bool {
	is, _ := gomega.BeNil().Match(argument) // it never fails
	return is
}
