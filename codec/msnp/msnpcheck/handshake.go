package msnpcheck

var handshake = []check{}
