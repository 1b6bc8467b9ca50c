package rolecode

import "strings"

// RaceSite returns the first line of the user's code in a report of the race detector, or "".
func RaceSite(report string) (file string, line int) {
	var frames []frame
	lines := strings.Split(report, "\n")
	for i := 0; i+1 < len(lines); i++ {
		if strings.HasPrefix(lines[i], "  ") && strings.HasPrefix(lines[i+1], "      ") {
			frames = append(frames, frame{strings.TrimSpace(lines[i]), lines[i+1]})
		}
	}
	at := userSite(frames)
	return at.FileName, at.LineNumber
}
