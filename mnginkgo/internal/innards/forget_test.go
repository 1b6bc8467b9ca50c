package innards

import (
	"sync"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

var _ = Describe("attempts that have passed", func() {
	at := func(order, offset int) types.TimelineLocation {
		return types.TimelineLocation{Order: order, Offset: offset}
	}
	events := func() types.SpecEvents {
		return types.SpecEvents{
			{SpecEventType: types.SpecEventByStart, Message: "first", TimelineLocation: at(1, 0)},
			{SpecEventType: types.SpecEventSpecRepeat, Attempt: 1, TimelineLocation: at(3, 5)},
			{SpecEventType: types.SpecEventByStart, Message: "second", TimelineLocation: at(4, 5)},
		}
	}

	It("are forgotten, but not in copies of the report", func() {
		suite := &Suite{lock: new(sync.Mutex), report: &types.SpecReport{
			CapturedGinkgoWriterOutput: "five!", CapturedStdOutErr: "out", SpecEvents: events(),
			ReportEntries: types.ReportEntries{{Name: "first", TimelineLocation: at(2, 3)}, {Name: "second", TimelineLocation: at(5, 9)}},
		}}
		copied := *suite.report
		suite.ForgetAttempts()
		Expect(suite.report.CapturedGinkgoWriterOutput + suite.report.CapturedStdOutErr).To(BeEmpty())
		Expect(suite.report.SpecEvents).To(Equal(types.SpecEvents{{SpecEventType: types.SpecEventByStart, Message: "second", TimelineLocation: at(4, 0)}}))
		Expect(suite.report.ReportEntries).To(Equal(types.ReportEntries{{Name: "second", TimelineLocation: at(5, 4)}}))
		Expect(copied.SpecEvents).To(Equal(events()))
		Expect(copied.ReportEntries).To(HaveLen(2))
		Expect(copied.ReportEntries[1].TimelineLocation).To(Equal(at(5, 9)))
	})
})
