package codec

import (
	"fmt"
	"reflect"
	"unsafe"
)

// A field is one that travels. The fields of a struct within a struct stand among those of the outer
// one, which saves a call.
type field struct {
	name   string // with dots, where it stands in an inner struct
	offset uintptr
	*plan
}

func (c compiler) fillStruct(pl *plan) error {
	pl.min = 0
	for i := range pl.typ.NumField() {
		f := pl.typ.Field(i)
		travels, err := c.travels(pl.typ, f)
		if err == nil && travels {
			err = c.addField(pl, f)
		}
		if err != nil {
			return at(err, f.Name)
		}
	}
	fields := pl.fields
	pl.append = func(buf []byte, p unsafe.Pointer, depth int) ([]byte, error) {
		for i := range fields {
			var err error
			f := &fields[i]
			if buf, err = f.append(buf, unsafe.Add(p, f.offset), depth); err != nil {
				return buf, at(err, f.name)
			}
		}
		return buf, nil
	}
	pl.decode = func(d *decoder, p unsafe.Pointer) error {
		d.owed += pl.min
		for i := range fields {
			f := &fields[i]
			d.owed -= f.min
			if err := f.decode(d, unsafe.Add(p, f.offset)); err != nil {
				return at(err, f.name)
			}
		}
		return nil
	}
	return nil
}

// travels returns whether f is part of the message, and an error if its value would be lost by mistake.
func (c compiler) travels(in reflect.Type, f reflect.StructField) (bool, error) {
	tag, tagged := f.Tag.Lookup("wire")
	switch {
	case tagged && tag != "-":
		return false, fmt.Errorf(`tag wire:%q is unknown, there is only wire:"-"`, tag)
	case tagged, f.Name == "_":
		return false, nil
	case f.Anonymous && f.Type.Kind() == reflect.Struct:
		return true, nil // its exported fields are fields of the outer struct, even if its name is lower case
	case !f.IsExported():
		return false, fmt.Errorf("unexported, so it would be lost: export it, tag it or what holds it "+
			"wire:\"-\", or give %s the methods AppendWire and DecodeWire", in)
	}
	return true, nil
}

func (c compiler) addField(pl *plan, f reflect.StructField) error {
	inner, err := c.plan(f.Type)
	if err != nil {
		return err
	}
	pl.min += inner.min
	pl.keepsEncoded = pl.keepsEncoded || inner.keepsEncoded
	pl.keepsDecoded = pl.keepsDecoded || inner.keepsDecoded
	if inner.fields == nil {
		pl.fields = append(pl.fields, field{f.Name, f.Offset, inner})
	}
	for _, in := range inner.fields {
		pl.fields = append(pl.fields, field{f.Name + "." + in.name, f.Offset + in.offset, in.plan})
	}
	return nil
}
