package fault_test

import (
	"math"
	"testing"
	"time"

	"github.com/7aca83c2/multinode/transport/fault"
)

const ms = time.Millisecond

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		fault fault.Fault
		want  string
	}{
		{fault.Fault{Kind: fault.Latency, Delay: fault.Constant(ms)}, ""},
		{fault.Fault{Kind: fault.Loss}, ""},
		{fault.Fault{Kind: fault.Duplication, Share: 1}, ""},
		{fault.Fault{Kind: fault.Bandwidth, Rate: 1}, ""},
		{fault.Fault{Kind: fault.Hold}, ""},
		{fault.Fault{Kind: fault.Dropping}, ""},
		{fault.Fault{}, "transport/fault: unknown: kind 0 is not one of latency to mtu (1 to 10)"},
		{fault.Fault{Kind: 11}, "transport/fault: unknown: kind 11 is not one of latency to mtu (1 to 10)"},
		{fault.Fault{Kind: fault.Loss, Share: 5}, "transport/fault: loss: a share of 5 is not allowed, only from 0 to 1"},
		{
			fault.Fault{Kind: fault.Duplication, Share: -0.1},
			"transport/fault: duplication: a share of -0.1 is not allowed, only from 0 to 1",
		},
		{
			fault.Fault{Kind: fault.Corruption, Share: math.NaN()},
			"transport/fault: corruption: a share of NaN is not allowed, only from 0 to 1",
		},
		{
			fault.Fault{Kind: fault.Reordering, Share: 1.5, Delay: fault.Constant(ms)},
			"transport/fault: reordering: a share of 1.5 is not allowed, only from 0 to 1",
		},
		{
			fault.Fault{Kind: fault.Reordering, Share: 0.5},
			"transport/fault: reordering: a delay of 0s is not allowed, only over 0 and up to 24h0m0s",
		},
		{
			fault.Fault{Kind: fault.Latency, Delay: fault.Constant(25 * time.Hour)},
			"transport/fault: latency: a delay of 25h0m0s is not allowed, only over 0 and up to 24h0m0s",
		},
		{
			fault.Fault{Kind: fault.Latency, Delay: fault.Normal(ms, -ms)},
			"transport/fault: latency: a spread of -1ms is not allowed, only from 0 up to 24h0m0s",
		},
		{
			fault.Fault{Kind: fault.Latency, Delay: fault.Delay{Shape: 4, Mean: ms}},
			"transport/fault: latency: shape 4 is not one of constant, uniform, normal and exponential",
		},
		{fault.Fault{Kind: fault.Bandwidth}, "transport/fault: bandwidth: a rate of 0 bytes a second is not allowed, only 1 or more"},
		{fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0, 1)}, ""},
		{fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.75, 3)}, ""},
		{fault.Fault{Kind: fault.BurstLoss, Bursts: fault.GilbertElliott{P: 0.1, R: 0.2, Bad: 0.5, Good: 0.01}}, ""},
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.8, 3)},
			"transport/fault: burst loss: a share of 0.8 in bursts of 3 is not allowed, only from 0 to 0.75",
		},
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(1, 4)},
			"transport/fault: burst loss: a share of 1 in bursts of 4 is not allowed, only from 0 to 0.8",
		},
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(-0.1, 4)},
			"transport/fault: burst loss: a share of -0.1 in bursts of 4 is not allowed, only from 0 to 0.8",
		},
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.1, 0.5)},
			"transport/fault: burst loss: bursts of 0.5 frames are not allowed, only of 1 or more, and finite",
		},
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.1, -1)},
			"transport/fault: burst loss: bursts of -1 frames are not allowed, only of 1 or more, and finite",
		},
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.1, math.NaN())},
			"transport/fault: burst loss: bursts of NaN frames are not allowed, only of 1 or more, and finite",
		},
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.Bursts(0.5, math.Inf(1))},
			"transport/fault: burst loss: bursts of +Inf frames are not allowed, only of 1 or more, and finite",
		},
		{fault.Fault{Kind: fault.BurstLoss, Bursts: fault.GilbertElliott{P: 0.1, Bad: 1}}, ""}, // bad once, bad for ever
		{
			fault.Fault{Kind: fault.BurstLoss, Bursts: fault.GilbertElliott{P: 0.1, R: 0.2, Bad: 1.5}},
			"transport/fault: burst loss: p 10%, r 20%, 1-h 150%, 1-k 0%: 1.5 is not allowed, only from 0 to 1",
		},
		{fault.Fault{Kind: fault.MTU, Size: 68}, ""},
		{fault.Fault{Kind: fault.MTU, Size: 67}, "transport/fault: mtu: a packet of 67 bytes is not allowed, only of 68 to 65535"},
		{fault.Fault{Kind: fault.MTU, Size: 65536}, "transport/fault: mtu: a packet of 65536 bytes is not allowed, only of 68 to 65535"},
		{fault.NewBandwidth(1, fault.Queue(-1)), "transport/fault: bandwidth: a queue of -1ns is not allowed, only over 0 and up to 24h0m0s, or 0 for the default"},
		{fault.Fault{Kind: fault.Dropping, Nth: -1}, "transport/fault: dropping: frame number -1 is not allowed, only 1 or more, or 0 for all"},
	} {
		got := ""
		if err := c.fault.Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: %q\nnot %q", c.fault, got, c.want)
		}
	}
}

func TestString(t *testing.T) {
	for want, f := range map[string]fault.Fault{
		"delay 10ms":                {Kind: fault.Latency, Delay: fault.Constant(10 * ms)},
		"delay 10ms±2ms":            {Kind: fault.Latency, Delay: fault.Uniform(10*ms, 2*ms)},
		"delay normal 10ms±2ms":     {Kind: fault.Latency, Delay: fault.Normal(10*ms, 2*ms)},
		"delay exponential 10ms":    {Kind: fault.Latency, Delay: fault.Exponential(10 * ms)},
		"loss 5%":                   {Kind: fault.Loss, Share: 0.05},
		"duplication 0.1%":          {Kind: fault.Duplication, Share: 0.001},
		"corruption 100%":           {Kind: fault.Corruption, Share: 1},
		"reordering 33.33% by 10ms": {Kind: fault.Reordering, Share: 1. / 3, Delay: fault.Constant(10 * ms)},
		"bandwidth 1 MiB/s":         {Kind: fault.Bandwidth, Rate: 1 << 20},
		"bandwidth 1.5 KiB/s":       {Kind: fault.Bandwidth, Rate: 1536},
		"bandwidth 500 B/s":         {Kind: fault.Bandwidth, Rate: 500},

		"bandwidth 500 B/s, queue 50ms": fault.NewBandwidth(500, fault.Queue(50*ms)),
		"hold":                          {Kind: fault.Hold},
		"dropping":                      {Kind: fault.Dropping},
		"dropping number 3":             {Kind: fault.Dropping, Nth: 3},
		"loss 5% in bursts of 8":        {Kind: fault.BurstLoss, Bursts: fault.Bursts(0.05, 8)},
		"loss in bursts of 0":           {Kind: fault.BurstLoss, Bursts: fault.Bursts(0.1, 0)},
		"loss in bursts of NaN":         {Kind: fault.BurstLoss, Bursts: fault.Bursts(0.1, math.NaN())},
		"loss in bursts of +Inf":        {Kind: fault.BurstLoss, Bursts: fault.Bursts(0.1, math.Inf(1))},
		"mtu 1500":                      {Kind: fault.MTU, Size: 1500},
		"mtu 1500, fragmented":          {Kind: fault.MTU, Size: 1500, Fragmented: true},
		"unknown":                       {Kind: 77},
		"loss p 1%, r 10%, 1-h 50%, 1-k 0.1%": {
			Kind: fault.BurstLoss, Bursts: fault.GilbertElliott{P: 0.01, R: 0.1, Bad: 0.5, Good: 0.001},
		},
	} {
		if got := f.String(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestAFaultThatMakesNoSenseHasNoRule(t *testing.T) {
	for want, f := range map[string]fault.Fault{
		"transport/fault: loss: a share of 2 is not allowed, only from 0 to 1 (call Check before Rule)": {Kind: fault.Loss, Share: 2},
		"transport/fault: dropping: say which frames: matches must not be nil":                          {Kind: fault.Dropping},
		"transport/fault: mtu: say which frames are datagrams: give Rule the option Datagrams":          {Kind: fault.MTU, Size: 1500},
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("it panics with %v\nnot %v", got, want)
				}
			}()
			f.Rule(ab, nil)
		}()
	}
}
