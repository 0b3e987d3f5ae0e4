// Package msnp is the client's side of MSNP10 without I/O.
package msnp
