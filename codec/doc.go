// Package codec reads and writes the wire format of MSNP10.
package codec
