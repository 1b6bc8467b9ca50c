package chaos

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/7aca83c2/multinode/mnginkgo/internal/names"
	"github.com/7aca83c2/multinode/transport/fault"
)

// onPair is a fault on the links between two roles. The words behind these say how much.
func onPair(name, example string, amount func(*rand.Rand) string, parse func(words []string) (fault.Fault, error)) verb {
	return verb{
		roles: 2, fault: parse, name: name,
		check: func(roles names.Roles, args []string) error {
			if err := want("a b "+example)(roles, args); err != nil {
				return err
			}
			f, err := parse(args[2:])
			if err == nil {
				err = f.Check()
			}
			return err
		},
		draw: func(d *drawing, _ time.Duration) []string {
			return append(d.pick(2), strings.Fields(amount(d.rand))...)
		},
	}
}

func drawShare(r *rand.Rand) string {
	return strconv.FormatFloat(float64(1+r.IntN(50))/100, 'g', -1, 64)
}

// share reads the share of frames that a fault meets.
func share(f fault.Fault) func(words []string) (fault.Fault, error) {
	return func(words []string) (fault.Fault, error) {
		var err error
		f := f
		f.Share, err = strconv.ParseFloat(words[0], 64)
		return f, err
	}
}

func parseDelay(words []string) (fault.Fault, error) {
	mean, err := time.ParseDuration(words[0])
	return fault.Fault{Kind: fault.Latency, Delay: fault.Exponential(mean)}, err
}

func parseBursts(words []string) (fault.Fault, error) {
	share, err := strconv.ParseFloat(words[0], 64)
	length, err2 := strconv.ParseFloat(words[1], 64)
	return fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(share, length)}, errors.Join(err, err2)
}

func parseMTU(words []string) (fault.Fault, error) {
	bytes, err := strconv.Atoi(words[0])
	return fault.Fault{Kind: fault.MTU, Size: bytes}, err
}

// parseLimit reads a rate in bytes a second, alone or with the length of the queue: "65536"
// or "65536,100ms".
func parseLimit(words []string) (f fault.Fault, err error) {
	rate, queue, given := strings.Cut(words[0], ",")
	f.Kind = fault.Bandwidth
	if f.Rate, err = strconv.Atoi(rate); err == nil && given {
		f.Queue, err = time.ParseDuration(queue)
	}
	return f, err
}
