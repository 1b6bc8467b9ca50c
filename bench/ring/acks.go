package ring

import "os"

// A sender may be window bytes ahead of its receiver: as much as some pipes hold, so
// that no queue between them grows without end.
const (
	window   = 4 << 20
	ackEvery = 256 << 10
)

// acks is one end of the pipe by which a receiver tells its sender how far it is: a
// byte for each ackEvery bytes received.
type acks struct {
	file *os.File
	rest int // bytes that no byte was written for
	buf  [window / ackEvery]byte
}

// write says that n bytes more were received.
func (a *acks) write(n int) error {
	a.rest += n
	if a.rest < ackEvery {
		return nil
	}
	whole := a.rest / ackEvery
	a.rest %= ackEvery
	_, err := a.file.Write(make([]byte, whole))
	return err
}

// read waits for some and returns for how many bytes they are.
func (a *acks) read() (int, error) {
	n, err := a.file.Read(a.buf[:])
	return n * ackEvery, err
}
