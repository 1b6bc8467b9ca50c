package codec

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"unsafe"
)

// fillScalar makes the plan of a boolean or number, and returns false if the type is neither.
func fillScalar(pl *plan) bool {
	switch pl.typ.Kind() {
	case reflect.Bool:
		pl.append, pl.decode = appendByte, decodeBool
	case reflect.Int8, reflect.Uint8:
		pl.append, pl.decode, pl.octet = appendByte, decodeByte, true
	case reflect.Int:
		fillInt[int](pl)
	case reflect.Int16:
		fillInt[int16](pl)
	case reflect.Int32:
		fillInt[int32](pl)
	case reflect.Int64:
		fillInt[int64](pl)
	case reflect.Uint:
		fillUint[uint](pl)
	case reflect.Uint16:
		fillUint[uint16](pl)
	case reflect.Uint32:
		fillUint[uint32](pl)
	case reflect.Uint64:
		fillUint[uint64](pl)
	case reflect.Float32:
		fillFloats(pl, 1, appendFloat32, decodeFloat32)
	case reflect.Float64:
		fillFloats(pl, 1, appendFloat64, decodeFloat64)
	case reflect.Complex64:
		fillFloats(pl, 2, appendFloat32, decodeFloat32)
	case reflect.Complex128:
		fillFloats(pl, 2, appendFloat64, decodeFloat64)
	default:
		return false
	}
	return true
}

func appendByte(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
	return append(buf, *(*byte)(p)), nil
}

func decodeByte(d *decoder, p unsafe.Pointer) (err error) {
	*(*byte)(p), err = d.byte()
	return err
}

func decodeBool(d *decoder, p unsafe.Pointer) error {
	b, err := d.byte()
	if b > 1 {
		return fmt.Errorf("a bool cannot be %d", b)
	}
	*(*bool)(p) = b == 1
	return err
}

func fillInt[N int | int16 | int32 | int64](pl *plan) {
	pl.append = func(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
		return appendUvarint(buf, zigzag(int64(*(*N)(p)))), nil
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		i, err := d.varint()
		if int64(N(i)) != i {
			return fmt.Errorf("%d does not fit", i)
		}
		*(*N)(p) = N(i)
		return err
	}
}

func fillUint[N uint | uint16 | uint32 | uint64](pl *plan) {
	pl.append = func(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
		return appendUvarint(buf, uint64(*(*N)(p))), nil
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		u, err := d.uvarint()
		if uint64(N(u)) != u {
			return fmt.Errorf("%d does not fit", u)
		}
		*(*N)(p) = N(u)
		return err
	}
}

// fillFloats makes the plan of n floats that lie side by side: one, or the two of a complex number.
func fillFloats[F float32 | float64](pl *plan, n int,
	add func([]byte, F) []byte, get func([]byte) F,
) {
	size := int(unsafe.Sizeof(F(0)))
	pl.min = n * size
	pl.append = func(buf []byte, p unsafe.Pointer, _ int) ([]byte, error) {
		for _, f := range unsafe.Slice((*F)(p), n) {
			buf = add(buf, f)
		}
		return buf, nil
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		b, err := d.take(n * size)
		if err != nil {
			return err
		}
		for i := range n {
			unsafe.Slice((*F)(p), n)[i] = get(b[i*size:])
		}
		return nil
	}
}

func appendFloat32(buf []byte, f float32) []byte {
	return binary.LittleEndian.AppendUint32(buf, math.Float32bits(f))
}

func appendFloat64(buf []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(buf, math.Float64bits(f))
}

func decodeFloat32(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
func decodeFloat64(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }
